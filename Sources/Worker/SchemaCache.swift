import JSON
import JSONSchema
import Schemas

/// The compiled schemas of the methods, each compiled when it is first needed.
///
/// The schemas are ours and are inside the binary; one that does not compile is a fault that every test
/// of its method shows, so it ends the process.
final class SchemaCache {
  private var compiled: [String: Schema] = [:]
  private lazy var compiler = Self.makeCompiler()

  func params(of method: String) -> Schema { schema("\(method).params.json") }
  func result(of method: String) -> Schema { schema("\(method).result.json") }

  private func schema(_ name: String) -> Schema {
    if let schema = compiled[name] { return schema }
    do throws(SchemaError) {
      let schema = try compiler.schema(name)
      compiled[name] = schema
      return schema
    } catch {
      fatalError("the bundled schema \(name) does not compile: \(error)")
    }
  }

  private static func makeCompiler() -> SchemaCompiler {
    var compiler = SchemaCompiler()
    for (name, text) in Schemas.all {
      do {
        try compiler.add(try JSONValue(parsing: text, maximumDepth: Limits.nesting), uri: name)
      } catch {
        fatalError("the bundled schema \(name) cannot be used: \(error)")
      }
    }
    return compiler
  }
}
