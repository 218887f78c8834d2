/// A number that may be a time since 1970, in a unit that follows from its size: the one in which it is between 1990 and 2200.
/// No number is in two of the ranges.
struct InstantNumber: Equatable {
  /// Without sign, rounded down; `Int64.max` if it is larger.
  private var whole: Int64 = 0
  private var thousandths: Int64 = 0
  private var isNegative = false
  private var hasFraction = false
  /// Whether it is written with so few digits and a large exponent, as in `1.57188E+12`, that it is rounded.
  private var isRounded = false

  /// 1990-01-01 and 2200-01-01, in seconds since 1970.
  private static let seconds: Range<Int64> = 631_152_000..<7_258_118_400

  init(_ number: Int64) {
    isNegative = number < 0
    whole = Int64(clamping: number.magnitude)
  }

  init(_ number: Double) {
    // In smaller units fractions are below a millisecond.
    let thousand = (number * 1000).rounded()
    if thousand.magnitude < 1e15, thousand / 1000 == number {
      self.init(Int64(thousand) / 1000)
      thousandths = abs(Int64(thousand) % 1000)
      hasFraction = thousandths != 0
      isNegative = number < 0
    } else {
      // The shortest decimal that denotes the same double.
      self = Self(number.description.utf8.span) ?? Self(Int64.max)
      isRounded = false
    }
  }

  /// Nil if the text is not a decimal number: digits, with at most one point or comma between or after them, a sign
  /// before and an exponent after them.
  init?(_ text: Span<UInt8>) {
    var scanner = InstantScanner(text)
    isNegative = scanner.take("-")
    if !isNegative { _ = scanner.take("+") }
    let start = scanner.position
    scanner.skipDigits()
    let wholeDigits = scanner.position - start
    if scanner.isNext(".") || scanner.isNext(",") {
      scanner.position += 1
      scanner.skipDigits()
    }
    let end = scanner.position
    guard wholeDigits > 0, let exponent = scanner.exponent() else { return nil }
    let point = wholeDigits + exponent.value
    var place = 0
    var significant = 0
    for index in start..<end {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { continue }
      if digit > 0 || significant > 0 { significant += 1 }
      take(Int64(digit), at: place, point)
      place += 1
    }
    while place < point + 3 {
      take(0, at: place, point)
      place += 1
    }
    isRounded = exponent.hasPlus && significant <= 6 && point > 9
  }

  /// Takes a digit `point - place` places before the decimal point.
  private mutating func take(_ digit: Int64, at place: Int, _ point: Int) {
    if place < point {
      // Beyond this it is larger than any time, and must not overflow.
      whole = whole > 900_000_000_000_000_000 ? .max : whole * 10 + digit
    } else {
      if place < point + 3 { thousandths = thousandths * 10 + digit }
      if digit > 0 { hasFraction = true }
    }
  }

  /// Returns milliseconds since 1970, or throws what the number might be.
  func instant() throws(InstantError) -> Int64 {
    if isRounded { throw .roundedNumber }
    if !isNegative {
      let (first, end) = (Self.seconds.lowerBound, Self.seconds.upperBound)
      switch whole {
      case first..<end: return whole * 1000 + thousandths
      case first * 1000..<end * 1000: return whole
      case first * 1_000_000..<end * 1_000_000: return whole / 1000
      case first * 1_000_000_000..<end * 1_000_000_000: return whole / 1_000_000
      default: break
      }
    }
    throw guess ?? .numberWithoutUnit
  }

  /// What a number that is no time since 1970 might be.
  private var guess: InstantError? {
    guard !isNegative else { return nil }
    switch whole {
    // The same years as days since the end of 1899, and since 4713 BC.
    case 32_874..<109_575: return .spreadsheetDay
    case 2_447_892..<2_524_594: return .julianDay
    case 19_000_101...21_991_231 where !hasFraction: return Self.isDate(whole) ? .compactDay : nil
    case 190_001_010_000...219_912_312_359 where !hasFraction:
      return Self.isDate(whole / 10_000) ? .compactTime : nil
    case 19_000_101_000_000...21_991_231_235_959 where !hasFraction:
      return Self.isDate(whole / 1_000_000) ? .compactTime : nil
    case 19_000_101_000_000_000...21_991_231_235_959_999 where !hasFraction:
      return Self.isDate(whole / 1_000_000_000) ? .compactTime : nil
    default: return nil
    }
  }

  /// Whether the decimal digits are a year, a month and a day.
  static func isDate(_ digits: Int64) -> Bool {
    CivilDate(year: digits / 10_000, month: digits / 100 % 100, day: digits % 100).exists
  }
}

extension InstantScanner {
  fileprivate mutating func skipDigits() {
    while nextDigit != nil { position += 1 }
  }

  /// Parses `e`, a sign and digits, or nothing; nil if the text does not end there.
  fileprivate mutating func exponent() -> (value: Int, hasPlus: Bool)? {
    guard position < text.count else { return (0, false) }
    guard take("e") || take("E") else { return nil }
    let isNegative = take("-")
    let hasPlus = !isNegative && take("+")
    guard nextDigit != nil else { return nil }
    var value = 0
    while let digit = nextDigit {
      // No number of this size is a time.
      value = min(value * 10 + Int(digit), 100)
      position += 1
    }
    return position == text.count ? (isNegative ? -value : value, hasPlus) : nil
  }
}
