/// The members of a JSON object, in the order in which they were written.
///
/// Objects here have a handful of members, so a look-up walks them. Names are compared by scalars
/// (UTF-8 bytes), not by canonical equivalence as `String` does. Where a name stands twice, the last
/// value counts and keeps the place of the first.
public struct JSONObject: Sendable {
  public typealias Member = (name: String, value: JSONValue)

  public private(set) var members: [Member]

  /// Up to so many members, walking them beats a table.
  static let walkLimit = 16

  public init(members: [Member] = []) {
    self.members = members
  }

  public var count: Int { members.count }
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

  /// Adds a member that is known to be new, without looking for it.
  public mutating func append(_ name: String, _ value: JSONValue) {
    members.append((name: name, value: value))
  }

  /// Takes the members of another object: those that are here already get its values and keep their places, others
  /// are appended. However many there are on both sides, each is looked up once.
  public mutating func merge(_ other: JSONObject) {
    guard count > Self.walkLimit || other.count > Self.walkLimit else {
      for (name, value) in other.members { self[name] = value }
      return
    }
    var places: [ScalarKey: Int] = [:]
    places.reserveCapacity(count + other.count)
    // Of a name that stands twice the first place counts, as it does for a look-up.
    for (place, member) in members.enumerated().reversed() { places[ScalarKey(member.name)] = place }
    for member in other.members {
      if let place = places[ScalarKey(member.name)] {
        members[place].value = member.value
      } else {
        places[ScalarKey(member.name)] = members.count
        members.append(member)
      }
    }
  }

  private func index(of name: String) -> Int? {
    members.firstIndex { sameScalars($0.name, name) }
  }
}
