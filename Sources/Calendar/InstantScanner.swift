/// A time parsed from a text.
struct ParsedTime: Equatable {
  /// What the clock shows, in milliseconds since 1970-01-01T00:00 of the same clock.
  var clockMilliseconds: Int64
  /// Milliseconds east of UTC; nil if the text names no zone.
  var offset: Int64?
}

/// Parses a date and time from bytes: a recursive descent with one function for each element.
struct InstantScanner: ~Escapable {
  let text: Span<UInt8>
  var position = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) {
    self.text = text
  }

  /// Parses the whole text, without spaces around it. A text that consists of a number is not accepted.
  mutating func parsedTime() throws(InstantError) -> ParsedTime {
    guard let first = text.isEmpty ? nil : text[0] else { throw .empty }
    let time: ParsedTime
    if first == UInt8(ascii: "[") || digitCount <= 2 && isCharacter("/", at: digitCount),
      startsMonth(after: 1)
    {
      time = try logTime()
    } else if first >= UInt8(ascii: "A") {
      time = try namedTime()
    } else if digitCount == 8 {
      time = try basicTime()
    } else if 1...2 ~= digitCount, isCharacter(" ", at: digitCount) {
      time = try mailTime()
    } else {
      time = try isoTime()
    }
    guard position == text.count else { throw .unexpected(at: position) }
    return time
  }

  /// The number of digits with which the text begins.
  private var digitCount: Int {
    var count = 0
    while count < text.count, count < 9, text[count] &- UInt8(ascii: "0") < 10 { count += 1 }
    return count
  }

  /// Whether a letter follows the first slash of the text.
  private func startsMonth(after offset: Int) -> Bool {
    if text[0] == UInt8(ascii: "[") { return true }
    let place = digitCount + offset
    return place < text.count && text[place] >= UInt8(ascii: "A")
  }

  private func isCharacter(_ character: Unicode.Scalar, at place: Int) -> Bool {
    place < text.count && text[place] == UInt8(ascii: character)
  }
}

// MARK: - The spellings

extension InstantScanner {
  /// Parses `2025-05-17`, `2025-05-17T22:00:00.000Z` and the forms in between, also with a week date as in
  /// `2025-W20-6` or `2025W206`.
  private mutating func isoTime() throws(InstantError) -> ParsedTime {
    let year = try digits(4)
    let hasHyphens = take("-")
    if take("W") { return try weekTime(of: year, hasHyphens: hasHyphens) }
    guard hasHyphens else { throw .unexpected(at: position) }
    let month = try digits(2)
    try expect("-")
    let day = try digits(2)
    let midnight = try Self.milliseconds(of: CivilDate(year: year, month: month, day: day))
    if position == text.count { return ParsedTime(clockMilliseconds: midnight) }
    guard take("T") || take(" ") || take("t") else { throw .unexpected(at: position) }
    return ParsedTime(
      clockMilliseconds: midnight + (try timeOfDay(secondsOptional: true)), offset: try zone())
  }

  /// Parses what follows `2025-W` in a week date of ISO 8601, and a time. Weeks begin on Monday; the first has the first
  /// Thursday of the year.
  private mutating func weekTime(of year: Int64, hasHyphens: Bool) throws(InstantError) -> ParsedTime {
    let week = try digits(2)
    if hasHyphens { try expect("-") }
    let day = try digits(1)
    let (monday, next) = (Self.firstMonday(of: year), Self.firstMonday(of: year + 1))
    guard 1...(next - monday) / 7 ~= week, 1...7 ~= day else { throw .noSuchWeek }
    let midnight = (monday + (week - 1) * 7 + day - 1) * 86_400_000
    if position == text.count { return ParsedTime(clockMilliseconds: midnight) }
    guard take("T") || take(" ") || take("t") else { throw .unexpected(at: position) }
    let hasColons = isCharacter(":", at: position + 1) || isCharacter(":", at: position + 2)
    let time = try hasColons ? timeOfDay(secondsOptional: true) : basicTimeOfDay()
    return ParsedTime(clockMilliseconds: midnight + time, offset: try zone())
  }

  /// The day number of the Monday of a year's first week, in which January 4 is.
  private static func firstMonday(of year: Int64) -> Int64 {
    let day = CivilDate(year: year, month: 1, day: 4).dayNumber
    // 1970-01-01 was a Thursday.
    return day - (day + 3).floorDivided(by: 7).remainder
  }

  /// Parses `20191001T000000Z`: the basic format of ISO 8601, with or without colons in its time.
  private mutating func basicTime() throws(InstantError) -> ParsedTime {
    let date = CivilDate(year: try digits(4), month: try digits(2), day: try digits(2))
    let midnight = try Self.milliseconds(of: date)
    guard take("T") || take(" ") || take("t") else { throw .unexpected(at: position) }
    let hasColons = isCharacter(":", at: position + 1) || isCharacter(":", at: position + 2)
    let time = try hasColons ? timeOfDay(secondsOptional: true) : basicTimeOfDay()
    return ParsedTime(clockMilliseconds: midnight + time, offset: try zone())
  }

  /// Parses `Tue, 01 Oct 2019 00:00:00 +0000` (RFC 2822) and `Thu Mar 27 2025 00:00:00 GMT+0100 (Central European
  /// Standard Time)`, which JavaScript prints, and the forms of ``clockTime(on:of:)``.
  private mutating func namedTime() throws(InstantError) -> ParsedTime {
    guard take(anyOf: dayNames, abbreviatedOnly: true) != nil else { throw .unexpected(at: position) }
    if take(",") {
      skipSpaces()
      return try mailTime()
    }
    try expect(" ")
    let month = try month()
    try expect(" ")
    skipSpaces()
    let day = try number(maximumDigits: 2)
    try expect(" ")
    if isCharacter(":", at: position + 1) || isCharacter(":", at: position + 2) {
      return try clockTime(on: day, of: month)
    }
    let year = try digits(4)
    try expect(" ")
    let midnight = try Self.milliseconds(of: CivilDate(year: year, month: month, day: day))
    let time = try timeOfDay(secondsOptional: false)
    return ParsedTime(clockMilliseconds: midnight + time, offset: try zone())
  }

  /// Parses `09:54:42 UTC 2025`, as `date` prints it after a day, `09:54:42 2025`, as C's `ctime` does, or `09:54:42
  /// +0000 2025`.
  private mutating func clockTime(on day: Int64, of month: Int64) throws(InstantError) -> ParsedTime {
    let time = try timeOfDay(secondsOptional: false)
    try expect(" ")
    skipSpaces()
    var offset: Int64?
    if position < text.count, nextDigit == nil {
      if takesUniversalTime() {
        offset = 0
      } else if endsWithMeridiem(text.extracting(0..<min(position + 2, text.count))) {
        throw .twelveHourClock(LikelyFormats(["%a %b %d %I:%M:%S %p %Y"], areWhole: false))
      } else if isLetter(at: position) {
        throw .zoneName
      } else {
        offset = try self.offset()
      }
      try expect(" ")
      skipSpaces()
    }
    let date = CivilDate(year: try digits(4), month: month, day: day)
    return ParsedTime(clockMilliseconds: try Self.milliseconds(of: date) + time, offset: offset)
  }

  /// Parses `01 Oct 2019 00:00:00 +0000`: the date and time of RFC 2822, section 3.3, after its day name.
  private mutating func mailTime() throws(InstantError) -> ParsedTime {
    let day = try number(maximumDigits: 2)
    try expect(" ")
    skipSpaces()
    let month = try month()
    try expect(" ")
    skipSpaces()
    let year = try digits(4)
    try expect(" ")
    skipSpaces()
    let midnight = try Self.milliseconds(of: CivilDate(year: year, month: month, day: day))
    let time = try timeOfDay(secondsOptional: true)
    return ParsedTime(clockMilliseconds: midnight + time, offset: try zone())
  }

  /// Parses `10/Oct/2000:13:55:36 -0700`, which web servers log, with or without brackets.
  private mutating func logTime() throws(InstantError) -> ParsedTime {
    let hasBrackets = take("[")
    let day = try digits(2)
    try expect("/")
    let month = try month()
    try expect("/")
    let year = try digits(4)
    try expect(":")
    let midnight = try Self.milliseconds(of: CivilDate(year: year, month: month, day: day))
    let time = try timeOfDay(secondsOptional: false)
    let offset = isNext("]") ? nil : try zone()
    if hasBrackets { try expect("]") }
    return ParsedTime(clockMilliseconds: midnight + time, offset: offset)
  }
}

// MARK: - Their parts

extension InstantScanner {
  static func milliseconds(of date: CivilDate) throws(InstantError) -> Int64 {
    guard date.exists else { throw .noSuchDate(date) }
    return date.dayNumber * 86_400_000
  }

  /// The milliseconds since midnight of a time of day. Second 60 is the first of the next minute, and 24:00 the next
  /// midnight.
  static func milliseconds(
    hour: Int64, minute: Int64, second: Int64, fraction: Int64
  ) throws(InstantError) -> Int64 {
    let isMidnight = hour == 24 && minute == 0 && second == 0 && fraction == 0
    guard hour < 24 || isMidnight, minute < 60, second <= 60 else { throw .noSuchTime }
    return (hour * 3600 + minute * 60 + second) * 1000 + fraction
  }

  /// Parses `22:00`, `22:00:00`, `22:00:00.123` or `9:00`, in milliseconds.
  private mutating func timeOfDay(secondsOptional: Bool) throws(InstantError) -> Int64 {
    let hour = try number(maximumDigits: 2)
    try expect(":")
    let minute = try digits(2)
    var (second, fraction): (Int64, Int64) = (0, 0)
    if !secondsOptional || isNext(":") {
      try expect(":")
      second = try digits(2)
      fraction = try optionalFraction()
    }
    return try Self.milliseconds(hour: hour, minute: minute, second: second, fraction: fraction)
  }

  /// Parses `2200`, `220000` or `220000.123`, in milliseconds.
  private mutating func basicTimeOfDay() throws(InstantError) -> Int64 {
    let hour = try digits(2)
    let minute = try digits(2)
    var (second, fraction): (Int64, Int64) = (0, 0)
    if nextDigit != nil {
      second = try digits(2)
      fraction = try optionalFraction()
    }
    return try Self.milliseconds(hour: hour, minute: minute, second: second, fraction: fraction)
  }

  private mutating func optionalFraction() throws(InstantError) -> Int64 {
    take(".") || take(",") ? try fraction() : 0
  }

  /// Parses a fraction of 1 to 9 digits, in milliseconds rounded down.
  mutating func fraction() throws(InstantError) -> Int64 {
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

  /// Parses nothing, `Z`, `UTC`, `GMT`, `UT`, an offset, or `GMT` and an offset, optionally after a space and before a
  /// suffix in brackets (RFC 9557), which changes nothing, or a comment in parentheses. Returns milliseconds east of UTC; nil if there is no zone.
  private mutating func zone() throws(InstantError) -> Int64? {
    skipSpaces()
    guard position < text.count else { return nil }
    var zone: Int64?
    if !isNext("(") {
      if takesUniversalTime() {
        zone = isNext("+") || isNext("-") ? try offset() : 0
      } else if isLetter(at: position) || isNext("[") {
        throw .zoneName
      } else {
        zone = try offset()
      }
      if position < text.count, isLetter(at: position) { throw .unexpected(at: position) }
      try skipSuffixes()
    }
    skipComment()
    return zone
  }

  /// Skips `[Europe/Berlin][u-ca=gregory]`: the offset before it already says which instant is meant.
  private mutating func skipSuffixes() throws(InstantError) {
    while take("[") {
      let start = position
      while position < text.count, Self.isSuffixCharacter(text[position]) { position += 1 }
      guard position > start else { throw .unexpected(at: position) }
      try expect("]")
    }
  }

  private static func isSuffixCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "_"), UInt8(ascii: "/"),
      UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "="), UInt8(ascii: "."):
      true
    default: false
    }
  }

  /// Skips a space and a text in parentheses, if the rest of the text is that.
  private mutating func skipComment() {
    let start = position
    skipSpaces()
    if isNext("("), text[text.count - 1] == UInt8(ascii: ")") {
      position = text.count
    } else {
      position = start
    }
  }

  /// Parses `Z`, `UTC`, `GMT` or `UT`, in any case; returns whether there is one.
  mutating func takesUniversalTime() -> Bool {
    for name: StaticString in ["UTC", "GMT", "UT", "Z"] where take(name) {
      if position < text.count, isLetter(at: position) {
        position -= name.utf8CodeUnitCount
        continue
      }
      return true
    }
    return false
  }

  /// Parses `+02:00`, `+0200` or `+02`, in milliseconds east of UTC.
  mutating func offset() throws(InstantError) -> Int64 {
    let isWest = take("-")
    if !isWest { try expect("+") }
    let hours = try digits(2)
    let minutes = take(":") || nextDigit != nil ? try digits(2) : 0
    guard hours < 24, minutes < 60 else { throw .noSuchZone }
    return (isWest ? -1 : 1) * (hours * 60 + minutes) * 60_000
  }

  /// Parses the English abbreviation of a month; returns its number from 1.
  private mutating func month() throws(InstantError) -> Int64 {
    guard let index = take(anyOf: monthNames, abbreviatedOnly: true) else { throw .unexpected(at: position) }
    return Int64(index) + 1
  }
}

/// The English names of the months, as RFC 2822 and strptime have them.
let monthNames: [StaticString] = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December",
]

/// The English names of the days of the week, from Monday.
let dayNames: [StaticString] = [
  "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
]

// MARK: - Bytes

extension InstantScanner {
  /// The value of the digit at the position; nil if there is no digit.
  var nextDigit: Int64? {
    guard position < text.count else { return nil }
    let digit = text[position] &- UInt8(ascii: "0")
    return digit < 10 ? Int64(digit) : nil
  }

  /// Parses a number of exactly `count` digits.
  mutating func digits(_ count: Int) throws(InstantError) -> Int64 {
    var value: Int64 = 0
    for _ in 0..<count {
      guard let digit = nextDigit else { throw .unexpected(at: position) }
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  /// Parses a number of 1 to `maximumDigits` digits.
  mutating func number(maximumDigits: Int) throws(InstantError) -> Int64 {
    let end = position + maximumDigits
    var value = try digits(1)
    while position < end, let digit = nextDigit {
      value = value * 10 + digit
      position += 1
    }
    return value
  }

  func isNext(_ character: Unicode.Scalar) -> Bool { isCharacter(character, at: position) }

  func isLetter(at place: Int) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= text[place] | 0x20
  }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  /// Parses an ASCII word in any case; returns whether it is there.
  mutating func take(_ word: StaticString, prefix: Int? = nil) -> Bool {
    let length = prefix ?? word.utf8CodeUnitCount
    guard text.count - position >= length else { return false }
    for index in 0..<length {
      // Sound: `length` is at most the number of bytes of the word, which is ASCII.
      guard text[position + index] | 0x20 == word.utf8Start[index] | 0x20 else { return false }
    }
    position += length
    return true
  }

  /// Parses one of `names` or its first three letters, in any case; returns its index.
  mutating func take(anyOf names: [StaticString], abbreviatedOnly: Bool) -> Int? {
    for (index, name) in names.enumerated() where take(name, prefix: 3) {
      position -= 3
      if abbreviatedOnly || !take(name) { position += 3 }
      return index
    }
    return nil
  }

  mutating func skipSpaces() {
    while position < text.count, isSpace(text[position]) { position += 1 }
  }

  mutating func expect(_ character: Unicode.Scalar) throws(InstantError) {
    guard take(character) else { throw .unexpected(at: position) }
  }
}

/// Whether a byte is an ASCII space, tab, line break or form feed.
func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || 9...13 ~= byte }

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

  /// Returns the time in the form `YYYY-MM-DD HH:MM:SS`, with or without a fraction and `Z`: the form of nearly all
  /// files. Nil if the text has another form.
  static func commonForm(_ text: Span<UInt8>) -> ParsedTime? {
    guard let clock = fixedForm(text) else { return nil }
    var scanner = InstantScanner(text)
    scanner.position = fixedFormLength
    if scanner.position == text.count { return ParsedTime(clockMilliseconds: clock) }
    var time = ParsedTime(clockMilliseconds: clock)
    if scanner.take(".") {
      guard let fraction = try? scanner.fraction() else { return nil }
      time.clockMilliseconds += fraction
    }
    if scanner.take("Z") { time.offset = 0 }
    return scanner.position == text.count ? time : nil
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
