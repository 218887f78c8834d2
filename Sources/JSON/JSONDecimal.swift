/// An exact decimal number: `significand / 10^scale`, kept with no trailing zeros in the fraction.
public struct JSONDecimal: Sendable, Hashable {
  public let significand: Int128
  /// Digits after the point; negative for a whole number with trailing zeros written as an exponent.
  public let scale: Int

  public init(significand: Int128, scale: Int) {
    var (significand, scale) = (significand, scale)
    while scale > 0, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
    self.significand = significand
    self.scale = scale
  }

  /// The value as a whole number where it is one exactly and fits, else nil.
  public var wholeNumber: Int64? {
    guard scale <= 0, scale >= -19 else { return significand == 0 ? 0 : nil }
    var value = significand
    for _ in 0..<(-scale) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    return Int64(exactly: value)
  }

  /// The nearest double.
  public var double: Double {
    // Correct rounding is the library's: the digits and the exponent go through its parser.
    Double("\(significand)e\(-scale)") ?? .infinity
  }
}
