import JSON
import JSONSchema
import Schemas

/// Name and text of every JSON Schema in the binary, with the report types filled in.
public var embeddedSchemas: [(name: String, text: [UInt8])] {
  let placeholder = Array("\"REPORT TYPES\"".utf8)
  let types = Array(Method.reportTypes.map { "\"\($0)\"" }.joined(separator: ", ").utf8)
  return Schemas.all.map { name, text in
    guard name == Schemas.common else { return (name, text) }
    guard let start = text.indices.first(where: { text[$0...].starts(with: placeholder) }) else {
      preconditionFailure("\(name) has no place for the types of reports")
    }
    return (name, text[..<start] + types + text[(start + placeholder.count)...])
  }
}

/// The compiled schemas of the methods, each compiled when it is first used.
///
/// The schemas are part of the binary. A schema that does not compile is a fault that every test of its method shows, so
/// it ends the process.
final class SchemaCache {
  private var compiled: [String: Schema] = [:]
  private var portable: [String: PortableSchema] = [:]
  private var tools: [String: PortableSchema] = [:]
  private lazy var documents = Self.readDocuments()
  private lazy var compiler = Self.makeCompiler(documents)

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
    guard let document = documents.first(where: { $0.name == name }) else {
      fatalError("no embedded schema \(name)")
    }
    return document.value
  }

  private func schema(_ name: String) -> Schema {
    if let schema = compiled[name] { return schema }
    do throws(SchemaError) {
      let schema = try compiler.schema(name)
      compiled[name] = schema
      return schema
    } catch {
      fatalError("the embedded schema \(name) does not compile: \(error)")
    }
  }

  private static func readDocuments() -> [(name: String, value: JSONValue)] {
    embeddedSchemas.map { name, text in
      do {
        return (name, try JSONValue(parsing: text, maximumDepth: Limits.nesting))
      } catch {
        fatalError("the embedded schema \(name) is not JSON: \(error)")
      }
    }
  }

  private static func makeCompiler(_ documents: [(name: String, value: JSONValue)]) -> SchemaCompiler {
    var compiler = SchemaCompiler()
    for (name, document) in documents {
      do {
        try compiler.add(document, uri: name)
      } catch {
        fatalError("the embedded schema \(name) cannot be added: \(error)")
      }
    }
    return compiler
  }
}
