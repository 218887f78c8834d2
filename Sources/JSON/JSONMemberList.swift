/// Collects the members of an object during parsing. If a name is repeated, the last value counts and keeps
/// the position of the first.
///
/// A small object is searched linearly; a large one has a hash table, so that no object takes quadratic time.
struct JSONMemberList {
  private(set) var members: [JSONObject.Member] = []
  /// One bit for each class of names in the list, so that most new names need no search.
  private var classes: UInt64 = 0
  /// The position of each name; empty until there are `JSONObject.linearSearchLimit` members.
  private var indexes: [ScalarKey: Int] = [:]

  init() {
    // Avoids growing from 1 to 2 to 4, which nearly every object would do.
    members.reserveCapacity(4)
  }

  /// - Parameter nameClass: A cheap hash of the name.
  mutating func add(_ name: String, _ value: JSONValue, nameClass: Int) {
    if let index = index(of: name, nameClass) {
      members[index].value = value
    } else {
      members.append((name: name, value: value))
    }
  }

  /// Returns the position of `name`. If the name is new, returns nil and expects the caller to append it
  /// next.
  private mutating func index(of name: String, _ nameClass: Int) -> Int? {
    if members.count < JSONObject.linearSearchLimit {
      let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: nameClass & 63)
      if classes & bit != 0, let index = members.firstIndex(where: { sameScalars($0.name, name) }) {
        return index
      }
      classes |= bit
      return nil
    }
    if indexes.isEmpty {
      for (index, member) in members.enumerated() { indexes[ScalarKey(member.name)] = index }
    }
    let key = ScalarKey(name)
    guard let index = indexes.updateValue(members.count, forKey: key) else { return nil }
    indexes[key] = index
    return index
  }
}
