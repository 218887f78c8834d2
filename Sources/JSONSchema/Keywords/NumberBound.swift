import JSON

/// A number of a schema with which values are compared exactly.
struct NumberBound: Sendable {
  let decimal: JSONDecimal
  /// The number as an integer, if it is whole and fits.
  private let integer: Int64?
  /// The nearest double.
  private let double: Double

  init(_ decimal: JSONDecimal) {
    self.decimal = decimal
    integer = decimal.wholeNumber
    double = decimal.double
  }

  /// Returns whether a number is less than the bound.
  func isAbove(_ value: JSONValue) -> Bool {
    switch value {
    case .integer(let value):
      if let integer { return value < integer }
      return JSONDecimal(value) < decimal
    case .decimal(let value): return value < decimal
    case .double(let value):
      // Rounding preserves order, so doubles that differ decide.
      if value != double { return value < double }
      return JSONDecimal(shortest: value).map { $0 < decimal } ?? false
    default: return false
    }
  }

  /// Returns whether a number is greater than the bound.
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

  /// Returns whether a number is an exact multiple of the bound.
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
