import JSON

/// A set of types, as `type` lists them (validation, section 6.1.1).
struct ValueTypes: OptionSet, Sendable {
  let rawValue: UInt8

  static let null = ValueTypes(rawValue: 1)
  static let boolean = ValueTypes(rawValue: 2)
  static let integer = ValueTypes(rawValue: 4)
  static let number = ValueTypes(rawValue: 8)
  static let string = ValueTypes(rawValue: 16)
  static let array = ValueTypes(rawValue: 32)
  static let object = ValueTypes(rawValue: 64)

  /// Each type, with its name in a schema and its noun in messages.
  private static let all: [(type: ValueTypes, name: String, noun: String)] = [
    (.string, "string", "a string"), (.integer, "integer", "a whole number"), (.number, "number", "a number"),
    (.boolean, "boolean", "true or false"), (.array, "array", "an array"), (.object, "object", "an object"),
    (.null, "null", "null"),
  ]

  init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  /// Fails if no type has this name.
  init?(named name: String) {
    guard let type = Self.all.first(where: { $0.name == name })?.type else { return nil }
    self = type
  }

  /// Returns whether a value has one of the types. A number without a fraction is an integer, however it is
  /// written.
  func includes(typeOf value: JSONValue) -> Bool {
    switch value {
    case .null: contains(.null)
    case .bool: contains(.boolean)
    case .integer: !isDisjoint(with: [.integer, .number])
    case .decimal(let number): contains(.number) || contains(.integer) && number.isWhole
    case .double(let number): contains(.number) || contains(.integer) && number == number.rounded()
    case .string: contains(.string)
    case .array: contains(.array)
    case .object: contains(.object)
    }
  }

  /// The types in the words of a message: `a string, an array or null`.
  var nouns: String {
    let nouns = Self.all.filter { contains($0.type) }.map(\.noun)
    guard let last = nouns.last, nouns.count > 1 else { return nouns.joined() }
    return "\(nouns.dropLast().joined(separator: ", ")) or \(last)"
  }
}

extension JSONValue {
  /// The value as a message shows it: its type if it has parts or is long, else itself.
  var abbreviated: String {
    let mostBytes = 64
    switch self {
    case .array, .object: return noun
    case .string(let text) where text.utf8.count > mostBytes: return noun
    default: return description
    }
  }

  /// The value's type in the words of a message: `a string`.
  var noun: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer, .decimal, .double: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}
