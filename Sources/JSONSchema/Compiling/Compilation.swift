import JSON

/// The index of a subschema in its schema.
typealias SubschemaID = Int

/// Compiles the subschemas that a root can reach, each once.
struct Compilation {
  private let index: SchemaIndex
  /// Nil while a subschema is being compiled: a reference may already lead to it.
  private var subschemas: [Subschema?] = []
  private var compiled: [Int: SubschemaID] = [:]

  init(_ index: SchemaIndex) {
    self.index = index
  }

  /// Compiles the subschema at a position of the index, unless it is already compiled or being compiled.
  mutating func compile(_ position: Int) throws(SchemaError) -> SubschemaID {
    if let id = compiled[position] { return id }
    let id = subschemas.count
    subschemas.append(nil)
    compiled[position] = id
    subschemas[id] = try Subschema(SchemaSource(index.entries[position]), &self)
    return id
  }

  func schema(root: SubschemaID) throws(SchemaError) -> Schema {
    let subschemas = subschemas.compactMap(\.self)
    try InPlaceCycles(subschemas).check()
    return Schema(subschemas: subschemas, root: root)
  }

  /// Compiles the subschema that is a keyword's value.
  mutating func subschema(_ keyword: Keyword, of source: SchemaSource) throws(SchemaError) -> SubschemaID? {
    guard source.has(keyword) else { return nil }
    return try compile(source, keyword, nil)
  }

  /// Compiles the subschemas in an array that is a keyword's value.
  mutating func subschemas(_ keyword: Keyword, of source: SchemaSource) throws(SchemaError) -> [SubschemaID] {
    var ids: [SubschemaID] = []
    for position in (source[keyword]?.array ?? []).indices {
      ids.append(try compile(source, keyword, String(position)))
    }
    return ids
  }

  /// Compiles the subschemas in an object that is a keyword's value, and returns each with its member's name.
  mutating func namedSubschemas(
    _ keyword: Keyword, of source: SchemaSource
  ) throws(SchemaError) -> [(name: String, id: SubschemaID)] {
    var named: [(name: String, id: SubschemaID)] = []
    for (name, _) in source[keyword]?.object?.members ?? [] {
      named.append((name, try compile(source, keyword, name)))
    }
    return named
  }

  /// Compiles the subschema to which `$ref` leads.
  mutating func reference(of source: SchemaSource) throws(SchemaError) -> SubschemaID? {
    guard let text = try source.string(.ref) else { return nil }
    let target = URIReference(text).resolved(against: source.entry.base)
    guard let position = index.entry(at: target) else {
      throw SchemaError(
        location: "\(source.entry.location)/\(Keyword.ref.rawValue)",
        problem: "must lead to a schema; \(target) is none that was added")
    }
    return try compile(position)
  }

  private mutating func compile(
    _ source: SchemaSource, _ keyword: Keyword, _ token: String?
  ) throws(SchemaError) -> SubschemaID {
    var pointer = "\(source.entry.pointer)/\(keyword.rawValue)"
    if let token { pointer += "/\(JSONPointer.escape(token))" }
    guard let child = index.position(base: source.entry.base, fragment: pointer) else {
      preconditionFailure("the index holds every subschema of a document")
    }
    return try compile(child)
  }
}
