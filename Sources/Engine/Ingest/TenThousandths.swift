/// Parses a decimal number as an exact count of ten-thousandths: `34.84` is 348,400.
///
/// The syntax is digits with at most one point, optionally preceded by a sign and followed by an exponent.
/// More than four decimals are rounded half away from zero. Returns nil for any other text, and for a number
/// that does not fit.
public func parseTenThousandths(_ text: Bytes) -> Int64? {
  guard let shape = DecimalShape(text) else { return nil }
  var magnitude: UInt64 = 0
  var position = 0
  for byte in text[shape.digits] where byte != UInt8(ascii: ".") {
    let digit = UInt64(byte &- UInt8(ascii: "0"))
    if position >= shape.keptDigits {
      // The first dropped digit decides the rounding.
      if position == shape.keptDigits, digit >= 5 { magnitude += 1 }
      break
    }
    guard let next = timesTen(magnitude, plus: digit) else { return nil }
    magnitude = next
    position += 1
  }
  while position < shape.keptDigits, magnitude > 0 {
    guard let next = timesTen(magnitude, plus: 0) else { return nil }
    magnitude = next
    position += 1
  }
  return shape.isNegative ? negative(magnitude) : Int64(exactly: magnitude)
}

/// The positions of a number's digits, and how many of them count ten-thousandths.
private struct DecimalShape {
  let isNegative: Bool
  /// The digits, including the point if there is one.
  let digits: Range<Int>
  /// The number of leading digits down to the place of 1/10,000: fewer than all digits if some are rounded
  /// away, more if zeros follow.
  let keptDigits: Int

  init?(_ text: Bytes) {
    var index = 0
    isNegative = text.first == UInt8(ascii: "-")
    if isNegative || text.first == UInt8(ascii: "+") { index = 1 }
    let start = index
    var digitCount = 0
    var pointPosition: Int?
    while index < text.count {
      if text[index] == UInt8(ascii: "."), pointPosition == nil {
        pointPosition = digitCount
      } else if isDigit(text[index]) {
        digitCount += 1
      } else {
        break
      }
      index += 1
    }
    guard digitCount > 0 else { return nil }
    digits = start..<index
    guard let exponent = Self.exponent(Bytes(rebasing: text[index...])) else { return nil }
    keptDigits = (pointPosition ?? digitCount) + 4 + exponent
  }

  /// Returns the exponent after `e`: 0 if the text ends here, nil if anything else follows.
  private static func exponent(_ text: Bytes) -> Int? {
    guard let mark = text.first else { return 0 }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
    var digits = text.dropFirst()
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty, digits.allSatisfy(isDigit) else { return nil }
    // Far more than any number of digits could compensate, so larger exponents need not be distinguished.
    let limit = 1 << 40
    let magnitude = digits.reduce(0) { min($0 * 10 + Int($1 &- UInt8(ascii: "0")), limit) }
    return isNegative ? -magnitude : magnitude
  }
}

private func isDigit(_ byte: UInt8) -> Bool {
  byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
}

/// Returns nil above 2^63, which leaves `UInt64` room for rounding up.
private func timesTen(_ magnitude: UInt64, plus digit: UInt64) -> UInt64? {
  let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
  guard !overflow, product <= Int64.min.magnitude - digit else { return nil }
  return product + digit
}

private func negative(_ magnitude: UInt64) -> Int64? {
  magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
}

/// Appends a number in ten-thousandths as a plain decimal without trailing zeros: 348,400 is `34.84`.
public func appendDecimal(_ tenThousandths: Int64, to text: inout [UInt8]) {
  let (whole, fraction) = tenThousandths.magnitude.quotientAndRemainder(dividingBy: 10_000)
  if tenThousandths < 0 { text.append(UInt8(ascii: "-")) }
  text += String(whole).utf8
  if fraction == 0 { return }
  text.append(UInt8(ascii: "."))
  text += String(fraction + 10_000).utf8.dropFirst()
  while text.last == UInt8(ascii: "0") { text.removeLast() }
}
