public import JSON

extension Schema {
  /// Returns a value without the optional members that are null although a schema of theirs refuses null, at any depth.
  /// So null means the same as no member wherever it has no meaning of its own.
  ///
  /// - Parameter keepsRequired: Whether members stay that an object must have in any case, so that a check names the null.
  public func withoutRefusedNulls(_ value: JSONValue, keepsRequired: Bool = true) -> JSONValue {
    var removal = NullRemoval(subschemas, keepsRequired: keepsRequired)
    return removal.result(of: value, [root])
  }
}

/// Removes members that are null. Takes time linear in the value.
private struct NullRemoval {
  /// What may apply to one value.
  private struct Candidates {
    var possible: [Subschema] = []
    var certain: [Subschema] = []
  }

  private let subschemas: [Subschema]
  private let keepsRequired: Bool
  /// By the subschemas that are declared for a value.
  private var candidates: [[SubschemaID]: Candidates] = [:]

  init(_ subschemas: [Subschema], keepsRequired: Bool) {
    self.subschemas = subschemas
    self.keepsRequired = keepsRequired
  }

  /// - Parameter declared: The subschemas that are declared for the value.
  mutating func result(of value: JSONValue, _ declared: [SubschemaID]) -> JSONValue {
    switch value {
    case .object(let object): .object(result(of: object, candidates(of: declared)))
    case .array(let elements): .array(result(of: elements, candidates(of: declared)))
    default: value
    }
  }

  private mutating func result(of object: JSONObject, _ candidates: Candidates) -> JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(object.count)
    for (name, value) in object.members {
      let declared = candidates.possible.flatMap { $0.object?.subschemas(of: name) ?? [] }
      if value == .null {
        let isRefused = declared.contains { !subschemas[$0].accepts(.null, in: subschemas.span) }
        let isRequired = candidates.certain.contains { $0.object?.requires(name) ?? false }
        if isRefused, !(keepsRequired && isRequired) { continue }
      }
      members.append((name, declared.isEmpty ? value : result(of: value, declared)))
    }
    return JSONObject(members: members)
  }

  private mutating func result(of elements: [JSONValue], _ candidates: Candidates) -> [JSONValue] {
    let arrays = candidates.possible.compactMap(\.array)
    var results: [JSONValue] = []
    results.reserveCapacity(elements.count)
    for (position, element) in elements.enumerated() {
      let declared = arrays.compactMap { position < $0.prefix.count ? $0.prefix[position] : $0.items }
      results.append(declared.isEmpty ? element : result(of: element, declared))
    }
    return results
  }

  private mutating func candidates(of declared: [SubschemaID]) -> Candidates {
    if let known = candidates[declared] { return known }
    let found = Candidates(
      possible: closure(of: declared) { $0.logic?.possible ?? [] }.map { subschemas[$0] },
      certain: closure(of: declared) { $0.logic?.certain ?? [] }.map { subschemas[$0] })
    candidates[declared] = found
    return found
  }

  /// The subschemas, and those that they apply to the same value.
  private func closure(
    of declared: [SubschemaID], _ applied: (Subschema) -> [SubschemaID]
  ) -> [SubschemaID] {
    var found: [SubschemaID] = []
    var isFound = Set<SubschemaID>()
    var waiting = Array(declared.reversed())
    while let id = waiting.popLast() {
      guard isFound.insert(id).inserted else { continue }
      found.append(id)
      waiting += applied(subschemas[id])
    }
    return found
  }
}
