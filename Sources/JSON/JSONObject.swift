/// The members of a JSON object, in the order in which they were written.
///
/// Objects have a handful of members, so a look-up is linear. Names are compared by scalars (UTF-8 bytes),
/// not by canonical equivalence as `String` does. If a name is repeated, the last value counts and keeps the
/// position of the first.
public struct JSONObject: Sendable {
  /// A name and its value.
  public typealias Member = (name: String, value: JSONValue)

  /// In the order in which they were written; names are unique.
  public private(set) var members: [Member]

  /// Up to this many members, a linear search is faster than a hash table.
  static let linearSearchLimit = 16

  public init(members: [Member] = []) {
    self.members = members
  }

  /// The number of members.
  public var count: Int { members.count }
  /// Whether there are no members.
  public var isEmpty: Bool { members.isEmpty }

  /// The value of the member `name`. Setting nil removes the member; setting a new one appends it.
  public subscript(name: String) -> JSONValue? {
    get { index(of: name).map { members[$0].value } }
    set {
      switch (index(of: name), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Appends a member whose name is known to be new, without searching for it.
  public mutating func append(_ name: String, _ value: JSONValue) {
    members.append((name: name, value: value))
  }

  /// Merges the members of another object: members with an existing name replace its value and keep its
  /// position, others are appended. Each is looked up in constant time, however large both objects are.
  public mutating func merge(_ other: JSONObject) {
    guard count > Self.linearSearchLimit || other.count > Self.linearSearchLimit else {
      for (name, value) in other.members { self[name] = value }
      return
    }
    var indices: [ScalarKey: Int] = [:]
    indices.reserveCapacity(count + other.count)
    // If a name is repeated, its first position counts, as in a look-up.
    for (index, member) in members.enumerated().reversed() { indices[ScalarKey(member.name)] = index }
    for member in other.members {
      if let index = indices[ScalarKey(member.name)] {
        members[index].value = member.value
      } else {
        indices[ScalarKey(member.name)] = members.count
        members.append(member)
      }
    }
  }

  private func index(of name: String) -> Int? {
    members.firstIndex { sameScalars($0.name, name) }
  }
}
