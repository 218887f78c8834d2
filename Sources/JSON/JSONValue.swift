/// The value of a JSON text (RFC 8259). Objects keep the order of their members; numbers keep how they were
/// written: integers, exact decimals and binary doubles are distinguished, so that money never becomes a
/// binary fraction.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that fits 64 bits.
  case integer(Int64)
  /// A number with a fraction or an exponent, with exact digits.
  case decimal(JSONDecimal)
  /// A number that neither of the other two can represent.
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// The member `name` of an object; nil if it is missing or the value is not an object.
  public subscript(name: String) -> JSONValue? {
    if case .object(let object) = self { object[name] } else { nil }
  }

  /// The text of a string, else nil.
  public var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The elements of an array, else nil.
  public var array: [JSONValue]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  /// The members of an object, else nil.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The value as a whole number if it is exactly whole (`3`, `3.0`, `3e0`) and fits, else nil.
  public var wholeNumber: Int64? {
    switch self {
    case .integer(let value): value
    case .decimal(let value): value.wholeNumber
    case .double(let value): Int64(exactly: value)
    default: nil
    }
  }

  /// The value as a whole number if it is exactly whole, the nearest one that fits if it is too large or too small; else
  /// nil.
  ///
  /// For counts and limits: beyond 64 bits they mean the same as the largest that fits.
  public var clampedWholeNumber: Int64? {
    if let wholeNumber { return wholeNumber }
    switch self {
    case .decimal(let value): return value.isWhole ? value.significand < 0 ? .min : .max : nil
    case .double(let value):
      guard value.isFinite, value == value.rounded() else { return nil }
      return value < 0 ? .min : .max
    default: return nil
    }
  }

  /// The nearest double of a number, else nil.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .decimal(let value): value.double
    case .double(let value): value
    default: nil
    }
  }

  /// The name of the value's type in JSON Schema: `null`, `boolean`, `number`, `string`, `array` or `object`.
  public var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .decimal, .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(nilLiteral: ()) { self = .null }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral members: (String, JSONValue)...) {
    self = .object(JSONObject(members: members.map { (name: $0, value: $1) }))
  }
}
