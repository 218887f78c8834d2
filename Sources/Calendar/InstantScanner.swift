/// Parses an instant from bytes: a recursive descent with one function for each element.
struct InstantScanner: ~Escapable {
  private let text: Span<UInt8>
  private var position = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) {
    self.text = text
  }

  /// Parses the whole text; returns milliseconds since 1970.
  mutating func instant() throws(InstantError) -> Int64 {
    guard text.count > 0 else { throw .empty }
    let milliseconds: Int64
    if text.count > 4, text[4] == UInt8(ascii: "-") {
      milliseconds = try isoInstant()
    } else if text[0] >= UInt8(ascii: "A") {
      milliseconds = try javaScriptInstant()
    } else {
      milliseconds = try number()
    }
    guard position == text.count else { throw .unexpected(at: position) }
    guard writableInstants ~= milliseconds else { throw .outsideYears }
    return milliseconds
  }
}

// MARK: - The spellings

extension InstantScanner {
  /// Parses `2025-05-17`, `2025-05-17T22:00:00.000Z` and the forms in between.
  private mutating func isoInstant() throws(InstantError) -> Int64 {
    // A text that this rejects is parsed again below, to find the reason.
    if let local = Self.fixedForm(text) {
      position = Self.fixedFormLength
      let fraction = take(".") ? try milliseconds() : 0
      return local + fraction - (try isoZone())
    }
    let year = try digits(4)
    try expect("-")
    let month = try digits(2)
    try expect("-")
    let day = try digits(2)
    let midnight = try milliseconds(of: CivilDate(year: year, month: month, day: day))
    if position == text.count { return midnight }
    guard take("T") || take(" ") || take("t") else { throw .unexpected(at: position) }
    let time = try timeOfDay(secondsOptional: true)
    return midnight + time - (try isoZone())
  }

  /// Parses `Thu Mar 27 2025 00:00:00 GMT+0100 (Central European Standard Time)`.
  private mutating func javaScriptInstant() throws(InstantError) -> Int64 {
    _ = try name(of: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"])
    try expect(" ")
    let month = try name(of: [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ])
    try expect(" ")
    let day = try digits(2)
    try expect(" ")
    let year = try digits(4)
    try expect(" ")
    let midnight = try milliseconds(of: CivilDate(year: year, month: month + 1, day: day))
    let time = try timeOfDay(secondsOptional: false)
    return midnight + time - (try javaScriptZone())
  }

  /// Parses milliseconds since 1970.
  private mutating func number() throws(InstantError) -> Int64 {
    let isNegative = take("-")
    let start = position
    var value: Int64 = 0
    while let digit = nextDigit {
      // Larger than any instant; it stays so, and cannot overflow.
      value = min(value * 10 + digit, 1 << 56)
      position += 1
    }
    guard position > start else { throw .unexpected(at: position) }
    return isNegative ? -value : value
  }
}

// MARK: - Their parts

extension InstantScanner {
  private func milliseconds(of date: CivilDate) throws(InstantError) -> Int64 {
    guard date.exists else { throw .noSuchDate(date) }
    return date.dayNumber * 86_400_000
  }

  /// Parses `22:00`, `22:00:00` or `22:00:00.123`, in milliseconds.
  private mutating func timeOfDay(secondsOptional: Bool) throws(InstantError) -> Int64 {
    let hour = try digits(2)
    try expect(":")
    let minute = try digits(2)
    var (second, fraction): (Int64, Int64) = (0, 0)
    if !secondsOptional || isNext(":") {
      try expect(":")
      second = try digits(2)
      if take(".") { fraction = try milliseconds() }
    }
    guard hour < 24, minute < 60, second < 60 else { throw .noSuchTime }
    return (hour * 3600 + minute * 60 + second) * 1000 + fraction
  }

  /// Parses a fraction of 1 to 9 digits, in milliseconds rounded down.
  private mutating func milliseconds() throws(InstantError) -> Int64 {
    let start = position
    var value: Int64 = 0
    while let digit = nextDigit, position < start + 9 {
      if position < start + 3 { value = value * 10 + digit }
      position += 1
    }
    switch position - start {
    case 0: throw .unexpected(at: position)
    case 1: return value * 100
    case 2: return value * 10
    default: return value
    }
  }

  /// Parses `Z`, `+02:00`, `+0200`, `+02` or nothing, in milliseconds east of UTC.
  private mutating func isoZone() throws(InstantError) -> Int64 {
    if position == text.count || take("Z") || take("z") { return 0 }
    return try offset(minutesOptional: true)
  }

  /// Parses ` GMT+0100 (Central European Standard Time)`, which may end early.
  private mutating func javaScriptZone() throws(InstantError) -> Int64 {
    guard position < text.count else { return 0 }
    var offset: Int64 = 0
    try expect(" ")
    if !isNext("(") {
      for letter: Unicode.Scalar in ["G", "M", "T"] { try expect(letter) }
      if isNext("+") || isNext("-") { offset = try self.offset(minutesOptional: false) }
      guard position < text.count else { return offset }
      try expect(" ")
    }
    try expect("(")
    while position < text.count, !isNext(")") { position += 1 }
    try expect(")")
    return offset
  }

  private mutating func offset(minutesOptional: Bool) throws(InstantError) -> Int64 {
    let isWest = take("-")
    if !isWest { try expect("+") }
    let hours = try digits(2)
    let hasMinutes = take(":") || !minutesOptional || position < text.count
    let minutes = hasMinutes ? try digits(2) : 0
    guard hours < 24, minutes < 60 else { throw .noSuchZone }
    return (isWest ? -1 : 1) * (hours * 60 + minutes) * 60_000
  }

  /// Parses one of the three-letter `names`; returns its index.
  private mutating func name(of names: [StaticString]) throws(InstantError) -> Int64 {
    let start = position
    guard text.count - start >= 3 else { throw .unexpected(at: start) }
    for (index, name) in names.enumerated() {
      // Sound: the names are literals of three ASCII letters.
      if (0..<3).allSatisfy({ text[start + $0] == name.utf8Start[$0] }) {
        position += 3
        return Int64(index)
      }
    }
    throw .unexpected(at: start)
  }
}

// MARK: - Bytes

extension InstantScanner {
  /// The value of the digit at the position; nil if there is no digit.
  private var nextDigit: Int64? {
    guard position < text.count else { return nil }
    let digit = text[position] &- UInt8(ascii: "0")
    return digit < 10 ? Int64(digit) : nil
  }

  /// Parses a number of exactly `count` digits.
  private mutating func digits(_ count: Int) throws(InstantError) -> Int64 {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let digit = nextDigit else { throw .unexpected(at: position) }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  private func isNext(_ character: Unicode.Scalar) -> Bool {
    position < text.count && text[position] == UInt8(ascii: character)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(InstantError) {
    guard take(character) else { throw .unexpected(at: position) }
  }
}

extension InstantScanner {
  /// The length of `YYYY-MM-DD HH:MM:SS`.
  static let fixedFormLength = 19

  /// Returns milliseconds since 1970 of the `YYYY-MM-DD HH:MM:SS` with which the text begins, with a space or
  /// `T` in between; nil if it begins otherwise or with a date or time that does not exist.
  ///
  /// Files contain this form in every row, so it is parsed eight characters at a time.
  static func fixedForm(_ text: Span<UInt8>) -> Int64? {
    guard text.count >= fixedFormLength, text[10] == UInt8(ascii: " ") || text[10] == UInt8(ascii: "T"),
      let century = pair(text, at: 0), let (year, month, day) = pairs(text, at: 2, between: "-"),
      let (hour, minute, second) = pairs(text, at: 11, between: ":")
    else { return nil }
    let date = CivilDate(year: century * 100 + year, month: month, day: day)
    guard date.exists, hour < 24, minute < 60, second < 60 else { return nil }
    return (date.dayNumber * 86_400 + hour * 3600 + minute * 60 + second) * 1000
  }

  /// Parses a number of two digits.
  private static func pair(_ text: Span<UInt8>, at offset: Int) -> Int64? {
    let tens = text[offset] &- UInt8(ascii: "0")
    let ones = text[offset + 1] &- UInt8(ascii: "0")
    return tens < 10 && ones < 10 ? Int64(tens * 10 + ones) : nil
  }

  /// Parses three two-digit numbers in eight characters, with a separator in between.
  private static func pairs(
    _ text: Span<UInt8>, at offset: Int, between separator: Unicode.Scalar
  ) -> (Int64, Int64, Int64)? {
    // Sound: any bytes are valid numbers, and the load checks that there are eight.
    let word = UInt64(littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    // Digits become their values and separators zero. Any other byte then has its high bit set, or gets it by
    // the addition.
    let mark = UInt64(UInt8(ascii: separator))
    let values = word ^ (0x3030_0030_3000_3030 | mark << 16 | mark << 40)
    let sums = values &+ 0x7676_7F76_767F_7676
    guard (values | sums) & 0x8080_8080_8080_8080 == 0 else { return nil }
    // Each byte times ten, plus the next byte: no sum exceeds 99.
    let pairs = values &* 10 &+ values >> 8
    return (Int64(pairs & 0xFF), Int64(pairs >> 24 & 0xFF), Int64(pairs >> 48 & 0xFF))
  }
}
