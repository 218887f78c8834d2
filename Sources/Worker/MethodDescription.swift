import JSON

/// The descriptions of a method and its params in the schemas, for help texts.
public struct MethodDescription: Sendable {
  /// The `description` of the params' schema.
  public let text: String
  /// The description of each member of the params, by its name.
  public let members: [String: String]

  /// Nil if there is no such method.
  public init?(of method: String) {
    guard Method.all.contains(where: { $0.name == method }) else { return nil }
    var bundler = SchemaBundler(SchemaCache())
    let schema = bundler.schema("\(method).params.json")
    text = schema["description"]?.string ?? ""
    var members: [String: String] = [:]
    for (name, member) in schema["properties"]?.object?.members ?? [] {
      let reference = member["$ref"]?.string?.split(separator: "/").last.map(String.init)
      let target = reference.flatMap { bundler.definitions[$0] } ?? member
      members[name] = (member["description"] ?? target["description"])?.string
    }
    self.members = members
  }
}
