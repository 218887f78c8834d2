import JSON

/// A decimal in ten-thousandths, rounded down. Numbers that no property can have are clamped to ones that none has.
struct TenThousandths {
  let floor: Int128
  let isExact: Bool

  /// Beyond the numbers of properties, on both sides.
  private static let limit = Int128(Int64.max) * 4

  /// Fails unless the value is a number, or a decimal in a string.
  init?(_ value: JSONValue) {
    switch value {
    case .string(let text): self.init(text)
    case .integer(let whole): self.init(JSONDecimal(whole))
    case .decimal(let decimal): self.init(decimal)
    case .double(let double):
      guard let decimal = JSONDecimal(shortest: double) else { return nil }
      self.init(decimal)
    default: return nil
    }
  }

  private init(_ decimal: JSONDecimal) {
    let digits = Array(String(decimal.significand.magnitude).utf8)
    self.init(digits, exponent: -decimal.scale, isNegative: decimal.significand < 0)
  }

  /// Fails unless the text is a sign, digits, a fraction and an exponent, each optional but for the digits.
  private init?(_ text: String) {
    var rest = Substring(text).utf8
    func takeSign() -> Bool {
      let sign = rest.first
      if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest.removeFirst() }
      return sign == UInt8(ascii: "-")
    }
    func takeDigits() -> [UInt8] {
      let digits = Array(rest.prefix { 0x30...0x39 ~= $0 })
      rest.removeFirst(digits.count)
      return digits
    }
    let isNegative = takeSign()
    var digits = takeDigits()
    var exponent = 0
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      let fraction = takeDigits()
      digits += fraction
      exponent = -fraction.count
    }
    if digits.isEmpty { return nil }
    if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
      rest.removeFirst()
      let isBelow = takeSign()
      let power = takeDigits()
      if power.isEmpty { return nil }
      // Beyond all exponents that a number with so many digits can need.
      let size = Int(String(decoding: power, as: UTF8.self)) ?? .max
      let clamped = min(size, Int(Int32.max) + digits.count)
      exponent += isBelow ? -clamped : clamped
    }
    guard rest.isEmpty else { return nil }
    self.init(digits, exponent: exponent, isNegative: isNegative)
  }

  /// `digits` × 10 to the power of `exponent`.
  private init(_ digits: [UInt8], exponent: Int, isNegative: Bool) {
    let digits = digits.drop { $0 == UInt8(ascii: "0") }
    // How many digits the ten-thousandths have.
    let count = digits.isEmpty ? 0 : digits.count + exponent + 4
    if count > 20 {
      (floor, isExact) = (isNegative ? -Self.limit : Self.limit, true)
      return
    }
    let whole = digits.prefix(max(count, 0))
    var number = whole.reduce(Int128(0)) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }
    for _ in whole.count..<max(count, whole.count) { number *= 10 }
    isExact = digits.dropFirst(whole.count).allSatisfy { $0 == UInt8(ascii: "0") }
    floor = min(max(isNegative ? -number - (isExact ? 0 : 1) : number, -Self.limit), Self.limit)
  }
}
