import JSON

/// Makes schemas self-contained (JSON Schema 2020-12, section 9.3, "Bundling"): the definitions that a schema refers to,
/// in its own document or in `common.json`, are collected, and the references are rewritten to their new location.
struct SchemaBundler {
  private let cache: SchemaCache
  /// Where the caller will put the definitions, for example `#/$defs/`.
  private let location: String
  private let keepsToolTexts: Bool
  /// The definitions that were referred to so far, by name, in the order of the references.
  private(set) var definitions = JSONObject()

  /// - Parameter keepsToolTexts: Whether `x-tool` stays, which only the schemas of tools need.
  init(_ cache: SchemaCache, location: String = "#/$defs/", keepsToolTexts: Bool = false) {
    self.cache = cache
    self.location = location
    self.keepsToolTexts = keepsToolTexts
  }

  /// The schema with this name, without `$schema`, `$id` and `$defs`.
  mutating func schema(_ name: String) -> JSONObject {
    var schema = rewritten(cache.document(name), of: name).object ?? JSONObject()
    for member in ["$schema", "$id", "$defs"] { schema[member] = nil }
    return schema
  }

  /// A reference to a definition of `common.json`.
  mutating func reference(toCommon name: String) -> JSONValue {
    collect(name, of: "common.json")
    return ["$ref": .string(location + name)]
  }

  private mutating func rewritten(_ value: JSONValue, of document: String) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { rewritten($0, of: document) })
    case .object(let object):
      let members = object.members.filter { keepsToolTexts || $0.name != "x-tool" }
        .map { member in (name: member.name, value: rewritten(member, of: document)) }
      return .object(JSONObject(members: members))
    default: return value
    }
  }

  private mutating func rewritten(_ member: JSONObject.Member, of document: String) -> JSONValue {
    guard member.name == "$ref", let reference = member.value.string else {
      // Definitions are collected when they are referred to.
      return member.name == "$defs" ? nil : rewritten(member.value, of: document)
    }
    guard let hash = reference.firstIndex(of: "#"), reference[hash...].hasPrefix("#/$defs/") else {
      preconditionFailure("\(document) refers to \(reference), which is not a definition")
    }
    let target = hash == reference.startIndex ? document : String(reference[..<hash])
    let name = String(reference[hash...].dropFirst("#/$defs/".count))
    collect(name, of: target)
    return .string(location + name)
  }

  private mutating func collect(_ name: String, of document: String) {
    guard definitions[name] == nil else { return }
    guard let definition = cache.document(document)["$defs"]?[name] else {
      preconditionFailure("\(document) does not define \(name)")
    }
    // Added before it is rewritten, because definitions may refer to each other.
    definitions[name] = nil as JSONValue
    definitions[name] = rewritten(definition, of: document)
  }
}
