import JSON
import JSONSchema
import Schemas

/// The names of the JSON Schemas in the binary.
public var embeddedSchemaNames: [String] { Schemas.names }

/// The text of a JSON Schema in the binary, with the report types filled in; nil if there is none of this name.
public func embeddedSchema(_ name: String) -> [UInt8]? {
  guard name == Schemas.common, let text = Schemas.text(of: name) else { return Schemas.text(of: name) }
  let placeholder = Array("\"REPORT TYPES\"".utf8)
  let types = Array(Method.reportTypes.map { "\"\($0)\"" }.joined(separator: ", ").utf8)
  // `firstRange(of:)` would link the library of regular expressions, which is 2 MB.
  let start = text.indices.first { text[$0] == placeholder[0] && text[$0...].starts(with: placeholder) }
  guard let start else {
    preconditionFailure("\(name) has no place for the types of reports")
  }
  return text[..<start] + types + text[(start + placeholder.count)...]
}

/// The compiled schemas of the methods, each read and compiled when it is first used.
///
/// The schemas are part of the binary. A schema that does not compile is a fault that every test of its method shows, so
/// it ends the process.
final class SchemaCache {
  private var compiled: [String: Schema] = [:]
  private var portable: [String: PortableSchema] = [:]
  private var tools: [String: PortableSchema] = [:]
  private var documents: [String: JSONValue] = [:]
  private var compiler = SchemaCompiler()
  private var namesInCompiler: Set<String> = []

  func params(of method: String) -> Schema { schema("\(method).params.json") }
  /// The schema of one event of `events.append`.
  var event: Schema { schema("common.json#/$defs/event") }
  /// The schema of a list of filter elements.
  var filters: Schema { schema("common.json#/$defs/filters") }
  func result(of method: String) -> Schema { schema("\(method).result.json") }

  /// The params of a method, with their types.
  func portableParams(of method: Method) -> PortableSchema {
    if let schema = portable[method.name] { return schema }
    let schema = PortableSchema(paramsOf: method, self)
    portable[method.name] = schema
    return schema
  }

  /// The arguments of a method as its tool declares them.
  func toolArguments(of method: Method) -> PortableSchema {
    if let schema = tools[method.name] { return schema }
    let schema = PortableSchema(argumentsOf: method, self)
    tools[method.name] = schema
    return schema
  }

  /// The JSON of an embedded schema.
  func document(_ name: String) -> JSONValue {
    if let document = documents[name] { return document }
    guard let text = embeddedSchema(name) else { fatalError("no embedded schema \(name)") }
    do {
      let document = try JSONValue(parsing: text, maximumDepth: Limits.nesting)
      documents[name] = document
      return document
    } catch {
      fatalError("the embedded schema \(name) is not JSON: \(error)")
    }
  }

  private func schema(_ name: String) -> Schema {
    if let schema = compiled[name] { return schema }
    do throws(SchemaError) {
      // A schema refers to itself and to the shared definitions.
      for document in [Schemas.common, String(name.prefix { $0 != "#" })] {
        guard namesInCompiler.insert(document).inserted else { continue }
        try compiler.add(self.document(document), uri: document)
      }
      let schema = try compiler.schema(name)
      compiled[name] = schema
      return schema
    } catch {
      fatalError("the embedded schema \(name) does not compile: \(error)")
    }
  }
}
