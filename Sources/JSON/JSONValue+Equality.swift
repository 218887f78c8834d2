/// Equality as JSON Schema defines it (core, section 4.2.2): numbers by their mathematical value however they
/// are written, strings by their scalars, objects regardless of the order of their members.
///
/// A double has the value of the shortest decimal that parses back to it, which is what its JSON text shows.
extension JSONValue: Hashable {
  public static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): sameScalars(a, b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default:
      if let a = a.decimal, let b = b.decimal { a == b } else { false }
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .bool(let value): hasher.combine(value)
    case .string(let text): hasher.combine(scalarsOf: text)
    case .array(let elements): hasher.combine(elements)
    case .object(let object): hasher.combine(object)
    case .integer, .decimal, .double: hasher.combine(decimal)
    }
  }

  /// The value of a number as an exact decimal, else nil. A double yields the shortest decimal that parses
  /// back to it, and nil if it is infinite or NaN.
  public var decimal: JSONDecimal? {
    switch self {
    case .integer(let value): JSONDecimal(value)
    case .decimal(let value): value
    case .double(let value): JSONDecimal(shortest: value)
    default: nil
    }
  }
}

extension JSONObject: Hashable {
  public static func == (a: JSONObject, b: JSONObject) -> Bool {
    guard a.count == b.count else { return false }
    // Objects from one source have their members in one order, and then no search is needed.
    if zip(a.members, b.members).allSatisfy({ sameScalars($0.name, $1.name) }) {
      return zip(a.members, b.members).allSatisfy { $0.value == $1.value }
    }
    if a.count <= linearSearchLimit {
      return a.members.allSatisfy { name, value in b[name] == value }
    }
    let values = Dictionary(b.members.map { (ScalarKey($0.name), $0.value) }) { first, _ in first }
    return a.members.allSatisfy { name, value in values[ScalarKey(name)] == value }
  }

  public func hash(into hasher: inout Hasher) {
    // A sum, because the order of the members must not matter.
    var sum = 0
    for (name, value) in members {
      var member = Hasher()
      member.combine(scalarsOf: name)
      member.combine(value)
      sum &+= member.finalize()
    }
    hasher.combine(count)
    hasher.combine(sum)
  }
}
