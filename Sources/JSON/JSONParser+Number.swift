extension JSONParser {
  /// Parses a number, from its minus or first digit.
  ///
  /// Without fraction and exponent, and within 64 bits, it is an integer; otherwise an exact decimal if its
  /// digits fit 128 bits and its exponent is moderate; otherwise the nearest double. The sign of a zero is
  /// lost.
  mutating func parseNumber() throws(JSONParseError) -> JSONValue {
    let start = position
    let number = try scanNumber()
    if number.isPlain, number.digitCount <= ScannedNumber.exactDigits {
      let integer = Int64(number.significand)
      return .integer(number.isNegative ? -integer : integer)
    }
    if let decimal = exactDecimal(number) {
      if number.isPlain, let integer = decimal.wholeNumber { return .integer(integer) }
      // Only a whole number that does not fit 128 bits can exceed the range of doubles.
      if decimal.scale >= 0 || decimal.double.isFinite { return .decimal(decimal) }
    } else if let double = Double(text(start..<position)), double.isFinite, double != 0 {
      return .double(double)
    }
    throw JSONParseError(.numberOutOfRange, offset: start)
  }

  /// A number as written.
  private struct ScannedNumber {
    var isNegative = false
    /// The bytes from the first digit to the last before the exponent, including the point if there is one.
    var mantissa = 0..<0
    var digitCount = 0
    var fractionDigitCount = 0
    var exponent = 0
    /// The digits as one number; correct only if there are at most `exactDigits`.
    var significand: UInt64 = 0
    /// Whether the number has neither a fraction nor an exponent.
    var isPlain = true

    /// Any number with this many digits fits 64 bits, including a sign.
    static let exactDigits = 18
  }

  /// Further digits of a larger exponent are ignored: no number in range has one that large.
  private static let largestExponent = 1_000_000_000
  /// The allowed scales of an exact decimal: digits after the point, or negative, zeros before it.
  private static let exactScales = -330...400

  private mutating func scanNumber() throws(JSONParseError) -> ScannedNumber {
    var number = ScannedNumber()
    number.isNegative = current == UInt8(ascii: "-")
    if number.isNegative { position += 1 }

    let start = position
    number.digitCount = try scanDigits(into: &number.significand, "a digit")
    if bytes[start] == UInt8(ascii: "0"), number.digitCount > 1 {
      position = start + 1
      throw unexpected("no digit after a leading zero")
    }
    if current == UInt8(ascii: ".") {
      position += 1
      number.isPlain = false
      number.fractionDigitCount = try scanDigits(into: &number.significand, "a digit after the point")
      number.digitCount += number.fractionDigitCount
    }
    number.mantissa = start..<position
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      number.isPlain = false
      number.exponent = try scanExponent()
    }
    return number
  }

  /// Appends one or more digits to `value` and returns their count.
  private mutating func scanDigits(
    into value: inout UInt64, _ expected: String
  ) throws(JSONParseError) -> Int {
    let start = position
    while case let digit = current &- UInt8(ascii: "0"), digit < 10 {
      value = value &* 10 &+ UInt64(digit)
      position &+= 1
    }
    guard position > start else { throw unexpected(expected) }
    return position - start
  }

  private mutating func scanExponent() throws(JSONParseError) -> Int {
    position += 1
    let isNegative = current == UInt8(ascii: "-")
    if isNegative || current == UInt8(ascii: "+") { position += 1 }
    let start = position
    var magnitude = 0
    while case let digit = current &- UInt8(ascii: "0"), digit < 10 {
      if magnitude < Self.largestExponent { magnitude = magnitude * 10 + Int(digit) }
      position += 1
    }
    guard position > start else { throw unexpected("a digit in the exponent") }
    return isNegative ? -magnitude : magnitude
  }

  /// Returns the number as an exact decimal; nil if its digits or its exponent are too large for one.
  private func exactDecimal(_ number: ScannedNumber) -> JSONDecimal? {
    var scale = number.fractionDigitCount - number.exponent
    var significand = Int128(number.significand)
    if number.digitCount > ScannedNumber.exactDigits {
      guard let wide = wideSignificand(number.mantissa) else { return nil }
      significand = wide.digits
      scale -= wide.droppedZeros
    }
    if significand == 0 { return JSONDecimal(0) }
    guard Self.exactScales.contains(scale) else { return nil }
    return JSONDecimal(significand: number.isNegative ? -significand : significand, scale: scale)
  }

  /// Returns the digits of a long mantissa without trailing zeros; nil if they do not fit.
  private func wideSignificand(_ mantissa: Range<Int>) -> (digits: Int128, droppedZeros: Int)? {
    var digits: Int128 = 0
    var zeros = 0
    for byte in bytes[mantissa] where byte != UInt8(ascii: ".") {
      if byte == UInt8(ascii: "0") {
        zeros += 1
        continue
      }
      // Leading zeros have no effect.
      let shift = digits == 0 ? 1 : zeros + 1
      zeros = 0
      for _ in 0..<shift {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        if overflow { return nil }
        digits = product
      }
      let (sum, overflow) = digits.addingReportingOverflow(Int128(byte - UInt8(ascii: "0")))
      if overflow { return nil }
      digits = sum
    }
    return (digits, zeros)
  }
}
