/// The members of an object while it is read, each name once: the last value counts and keeps the place of
/// the first.
///
/// A small object is searched by walking it; a large one keeps a table, so that no object takes time that
/// grows with the square of its size.
struct JSONMemberList {
  private(set) var members: [JSONObject.Member] = []
  /// One bit for each class of names that is here, so that most new names need no search.
  private var classes: UInt64 = 0
  /// The place of each name, kept only once there are `JSONObject.walkLimit` members.
  private var places: [ScalarKey: Int] = [:]

  init() {
    // Saves the first steps of growth, 1 and 2, which nearly every object would take.
    members.reserveCapacity(4)
  }

  /// - Parameter nameClass: A cheap hash of the name.
  mutating func add(_ name: String, _ value: JSONValue, nameClass: Int) {
    if let place = place(of: name, nameClass) {
      members[place].value = value
    } else {
      members.append((name: name, value: value))
    }
  }

  /// Where `name` stands; nil where it is new, and then it is taken to be appended next.
  private mutating func place(of name: String, _ nameClass: Int) -> Int? {
    if members.count < JSONObject.walkLimit {
      let bit: UInt64 = 1 << UInt64(truncatingIfNeeded: nameClass & 63)
      if classes & bit != 0, let place = members.firstIndex(where: { sameScalars($0.name, name) }) {
        return place
      }
      classes |= bit
      return nil
    }
    if places.isEmpty {
      for (place, member) in members.enumerated() { places[ScalarKey(member.name)] = place }
    }
    let key = ScalarKey(name)
    guard let place = places.updateValue(members.count, forKey: key) else { return nil }
    places[key] = place
    return place
  }
}
