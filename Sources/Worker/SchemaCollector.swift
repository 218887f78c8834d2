import JSON

/// Gives bundled schemas to readers that have one document only: what a schema refers to, there or in
/// `common.json`, is collected beside it, and the references are changed to where that will stand.
struct SchemaCollector {
  private let cache: SchemaCache
  /// Where the definitions will stand, as a pointer such as `#/$defs/`.
  private let place: String
  /// What was referred to so far, by name, in the order in which it was met.
  private(set) var definitions = JSONObject()

  init(_ cache: SchemaCache, place: String = "#/$defs/") {
    self.cache = cache
    self.place = place
  }

  /// The schema of that name, without the members that make a document of it.
  mutating func schema(_ name: String) -> JSONObject {
    var schema = rewritten(cache.document(name), of: name).object ?? JSONObject()
    for member in ["$schema", "$id", "$defs"] { schema[member] = nil }
    return schema
  }

  /// A schema that refers to a definition of `common.json`.
  mutating func reference(toCommon name: String) -> JSONValue {
    collect(name, of: "common.json")
    return ["$ref": .string(place + name)]
  }

  private mutating func rewritten(_ value: JSONValue, of document: String) -> JSONValue {
    switch value {
    case .array(let elements): return .array(elements.map { rewritten($0, of: document) })
    case .object(let object):
      let members = object.members.map { member in
        (name: member.name, value: rewritten(member, of: document))
      }
      return .object(JSONObject(members: members))
    default: return value
    }
  }

  private mutating func rewritten(_ member: JSONObject.Member, of document: String) -> JSONValue {
    guard member.name == "$ref", let reference = member.value.string else {
      // Definitions are collected where they are referred to.
      return member.name == "$defs" ? nil : rewritten(member.value, of: document)
    }
    guard let hash = reference.firstIndex(of: "#"), reference[hash...].hasPrefix("#/$defs/") else {
      preconditionFailure("\(document) refers to \(reference), which is no definition")
    }
    let target = hash == reference.startIndex ? document : String(reference[..<hash])
    let name = String(reference[hash...].dropFirst("#/$defs/".count))
    collect(name, of: target)
    return .string(place + name)
  }

  private mutating func collect(_ name: String, of document: String) {
    guard definitions[name] == nil else { return }
    guard let definition = cache.document(document)["$defs"]?[name] else {
      preconditionFailure("\(document) defines no \(name)")
    }
    // Its place is taken first, for definitions that refer to one another.
    definitions[name] = nil as JSONValue
    definitions[name] = rewritten(definition, of: document)
  }
}
