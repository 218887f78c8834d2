import JSON
import JSONSchema
import System

/// Finds members of nested objects that a schema does not know: methods ignore them, but a model most likely misspelt
/// them.
struct NestedMembers {
  private let definitions: JSONObject
  private let schema: JSONValue
  private(set) var errors: [ValidationError] = []

  init(of method: Method, _ cache: SchemaCache) {
    var bundler = SchemaBundler(cache)
    schema = .object(bundler.schema("\(method.name).params.json"))
    definitions = bundler.definitions
  }

  /// The errors about members of members of `params`.
  mutating func check(_ params: JSONObject) -> [ValidationError] {
    let schemas = applicable(schema)
    for (name, value) in params.members {
      check(value, members(name, of: schemas), at: "/\(JSONPointer.escape(name))")
    }
    return errors
  }

  private mutating func check(_ value: JSONValue, _ schemas: [JSONValue], at location: String) {
    if errors.count >= Limits.reportedArguments || schemas.isEmpty { return }
    let schemas = schemas.flatMap(applicable)
    switch value {
    case .array(let elements):
      let items = schemas.compactMap { $0["items"] }
      for (index, element) in elements.enumerated() { check(element, items, at: "\(location)/\(index)") }
    case .object(let object):
      let known = schemas.flatMap { $0["properties"]?.object?.members.map(\.name) ?? [] }
      if known.isEmpty || schemas.contains(where: { $0["patternProperties"] != nil }) { return }
      for (name, member) in object.members {
        let inner = members(name, of: schemas)
        let place = "\(location)/\(JSONPointer.escape(name))"
        if inner.isEmpty {
          errors.append(Self.error(name, known, at: place))
        } else {
          check(member, inner, at: place)
        }
      }
    default: break
    }
  }

  private static func error(_ name: String, _ known: [String], at place: String) -> ValidationError {
    var names: [String] = []
    for name in known where !names.contains(name) { names.append(name) }
    let hint = nearestName(to: name, among: names).map { "did you mean \"\($0)\"? The" } ?? "the"
    return ValidationError(
      instanceLocation: place, keywordLocation: "/additionalProperties",
      error: "is not known here; \(hint) members are "
        + names.joined(separator: ", "))
  }

  private func members(_ name: String, of schemas: [JSONValue]) -> [JSONValue] {
    schemas.compactMap { $0["properties"]?[name] }
  }

  /// A schema and all that apply to the same value, whatever their conditions are.
  private func applicable(_ schema: JSONValue) -> [JSONValue] {
    var found: [JSONValue] = []
    var names: Set<String> = []
    var open = [schema]
    while let next = open.popLast() {
      if let name = next["$ref"]?.string?.split(separator: "/").last.map(String.init) {
        if names.insert(name).inserted, let target = definitions[name] { open.append(target) }
      }
      found.append(next)
      for keyword in ["then", "else"] { if let branch = next[keyword] { open.append(branch) } }
      for keyword in ["allOf", "anyOf", "oneOf"] { open += next[keyword]?.array ?? [] }
    }
    return found
  }
}
