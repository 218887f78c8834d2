import JSON

/// The subschemas of all documents, by every URI that leads to each.
struct SchemaIndex: Sendable {
  struct Entry {
    /// An object or a boolean.
    let value: JSONValue
    /// The URI of the resource, without a fragment: that of the nearest enclosing `$id`.
    let base: URIReference
    /// The location in the resource, as a JSON pointer.
    let pointer: String

    var location: String { "\(base)#\(pointer)" }
  }

  private(set) var entries: [Entry] = []
  /// Indices in `entries` by the resource's URI, `#`, and a JSON pointer or an anchor.
  private var positions: [String: Int] = [:]
  /// The resource's own URI for a document that was added under a different one.
  private var aliases: [String: URIReference] = [:]

  /// Returns the index of the subschema to which a resolved reference leads.
  func entry(at reference: URIReference) -> Int? {
    let fragment = reference.decodedFragment ?? ""
    let resource = reference.withoutFragment
    return position(base: aliases[resource.description] ?? resource, fragment: fragment)
  }

  func position(base: URIReference, fragment: String) -> Int? {
    positions["\(base)#\(fragment)"]
  }

  mutating func add(_ document: JSONValue, uri: URIReference) throws(SchemaError) {
    let uri = uri.withoutFragment
    guard entry(at: uri) == nil else {
      throw SchemaError(location: uri.description, problem: "another document stands under this URI already")
    }
    let root = try add(document, base: uri, pointer: "")
    if entries[root].base != uri { aliases[uri.description] = entries[root].base }
  }

  /// Removes what was added by a document that turned out to be wrong.
  mutating func removeEntries(from first: Int) {
    entries.removeSubrange(first...)
    positions = positions.filter { $0.value < first }
  }

  /// Adds a subschema and all subschemas in it, and returns its index.
  @discardableResult
  private mutating func add(
    _ value: JSONValue, base: URIReference, pointer: String
  ) throws(SchemaError) -> Int {
    var entry = Entry(value: value, base: base, pointer: pointer)
    guard let object = value.object else {
      guard case .bool = value else {
        throw SchemaError(
          location: entry.location, problem: "a schema must be an object, true or false, not \(value.noun)")
      }
      return try register(entry)
    }
    let outerLocation = entry.location
    if let id = try SchemaSource(entry).string(.id) {
      entry = Entry(value: value, base: try resource(id, in: entry), pointer: "")
    }
    let position = try register(entry)
    // A resource within another one can be reached from the outer one too.
    positions[outerLocation] = position
    if let anchor = try SchemaSource(entry).string(.anchor) {
      try register(anchor: anchor, of: position)
    }
    for (name, value) in object.members {
      guard let keyword = Keyword(rawValue: name) else {
        throw SchemaError(
          location: "\(entry.location)/\(JSONPointer.escape(name))",
          problem: "\(JSONValue.string(name)) is no keyword that is known here")
      }
      try addSubschemas(of: keyword, value, in: entry)
    }
    return position
  }

  private mutating func addSubschemas(
    of keyword: Keyword, _ value: JSONValue, in entry: Entry
  ) throws(SchemaError) {
    let pointer = "\(entry.pointer)/\(keyword.rawValue)"
    switch keyword.subschemas {
    case .none: break
    case .one: try add(value, base: entry.base, pointer: pointer)
    case .array:
      guard let elements = value.array, !elements.isEmpty else {
        throw SchemaSource(entry).invalid(keyword, "an array of one schema or more")
      }
      for (position, element) in elements.enumerated() {
        try add(element, base: entry.base, pointer: "\(pointer)/\(position)")
      }
    case .object:
      guard let members = value.object?.members else {
        throw SchemaSource(entry).invalid(keyword, "an object of schemas")
      }
      for (name, member) in members {
        try add(member, base: entry.base, pointer: "\(pointer)/\(JSONPointer.escape(name))")
      }
    }
  }

  private mutating func register(_ entry: Entry) throws(SchemaError) -> Int {
    let position = entries.count
    guard positions.updateValue(position, forKey: entry.location) == nil else {
      throw SchemaError(location: entry.location, problem: "another schema has this $id already")
    }
    entries.append(entry)
    return position
  }

  private mutating func register(anchor: String, of position: Int) throws(SchemaError) {
    let entry = entries[position]
    guard Self.isAnchor(anchor) else {
      throw SchemaSource(entry).invalid(.anchor, "a letter or '_' and then letters, digits, '_', '-' and '.'")
    }
    guard positions.updateValue(position, forKey: "\(entry.base)#\(anchor)") == nil else {
      throw SchemaError(
        location: entry.location, problem: "another schema of the document has the $anchor \(anchor) already")
    }
  }

  /// Returns the URI that an `$id` assigns to its resource.
  private func resource(_ id: String, in entry: Entry) throws(SchemaError) -> URIReference {
    let reference = URIReference(id)
    guard (reference.fragment ?? "").isEmpty else {
      throw SchemaSource(entry).invalid(.id, "a URI without a fragment")
    }
    return reference.resolved(against: entry.base).withoutFragment
  }

  private static func isAnchor(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { 0x41...0x5A ~= byte & ~0x20 || byte == UInt8(ascii: "_") }
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy {
      isLetter($0) || 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
    }
  }
}
