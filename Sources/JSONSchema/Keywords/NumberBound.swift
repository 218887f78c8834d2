import JSON

/// A number of a schema to which numbers of values are compared, exactly.
struct NumberBound: Sendable {
  let decimal: JSONDecimal
  /// The same where it is whole and fits.
  private let integer: Int64?
  /// The double next to it.
  private let double: Double

  init(_ decimal: JSONDecimal) {
    self.decimal = decimal
    integer = decimal.wholeNumber
    double = decimal.double
  }

  /// Whether a number is smaller than the bound.
  func isAbove(_ value: JSONValue) -> Bool {
    switch value {
    case .integer(let value):
      if let integer { return value < integer }
      return JSONDecimal(value) < decimal
    case .decimal(let value): return value < decimal
    case .double(let value):
      // Rounding keeps the order, so that doubles which differ decide.
      if value != double { return value < double }
      return JSONDecimal(shortest: value).map { $0 < decimal } ?? false
    default: return false
    }
  }

  /// Whether a number is larger than the bound.
  func isBelow(_ value: JSONValue) -> Bool {
    switch value {
    case .integer(let value):
      if let integer { return value > integer }
      return JSONDecimal(value) > decimal
    case .decimal(let value): return value > decimal
    case .double(let value):
      if value != double { return value > double }
      return JSONDecimal(shortest: value).map { $0 > decimal } ?? false
    default: return false
    }
  }

  /// Whether a number is a whole multiple of the bound.
  func divides(_ value: JSONValue) -> Bool {
    if case .integer(let value) = value, let integer, integer > 0 {
      return value % integer == 0
    }
    return value.decimal?.isMultiple(of: decimal) ?? false
  }
}

extension NumberBound: CustomStringConvertible {
  var description: String { JSONValue.decimal(decimal).description }
}
