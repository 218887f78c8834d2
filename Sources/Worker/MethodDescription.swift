import JSON

/// The descriptions of a method and its params in the schemas, for help texts.
public struct MethodDescription: Sendable {
  /// The `description` of the params' schema.
  public let text: String
  /// The description of each member of the params, by its name.
  public let members: [String: String]

  private init(_ method: Method, in schemas: SchemaCache) {
    var bundler = SchemaBundler(schemas)
    let schema = bundler.schema("\(method.name).params.json")
    text = schema["description"]?.string ?? ""
    var members: [String: String] = [:]
    for (name, member) in schema["properties"]?.object?.members ?? [] {
      let reference = member["$ref"]?.string?.split(separator: "/").last.map(String.init)
      let target = reference.flatMap { bundler.definitions[$0] } ?? member
      members[name] = (member["description"] ?? target["description"])?.string
    }
    self.members = members
  }

  /// Returns the descriptions of all methods, by name. Parses every schema, once.
  public static func all() -> [String: MethodDescription] {
    let schemas = SchemaCache()
    return Dictionary(
      Method.all.map { ($0.name, MethodDescription($0, in: schemas)) },
      uniquingKeysWith: { first, _ in first })
  }
}
