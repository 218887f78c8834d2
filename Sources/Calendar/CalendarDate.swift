/// A date in a request: an instant, or a whole day, month or year of a calendar.
public enum CalendarDate: Sendable, Equatable {
  /// Milliseconds since 1970, within ``writableInstants``.
  case instant(Int64)
  /// Days since 1970-01-01, at least one.
  case days(Range<Int64>)

  /// Parses `2025-05-31`, `2025-05` or `2025`, which are whole days, months or years, and every format of an
  /// instant that ``parseInstant(_:)`` accepts. A text that consists only of digits needs at least 11,
  /// because shorter ones look like seconds.
  ///
  /// Spaces around the text do not count.
  public init(_ text: String) throws(CalendarDateError) {
    let text = Self.trimmed(text)
    if let days = try Self.wholeDays(text) {
      self = .days(days)
      return
    }
    if let digits = Self.digitCount(text), digits < 11 {
      if 9...10 ~= digits { throw .looksLikeSeconds(text) }
      if digits == 8, let number = Int64(text), InstantNumber.isDate(number) { throw .looksLikeDay(text) }
      throw .unreadable(text)
    }
    guard let instant = parseInstant(text) else {
      if let number = Int64(text), let unit = Self.smallUnit(number) { throw unit }
      throw .unreadable(text)
    }
    self = .instant(instant)
  }

  /// Creates a date from milliseconds. Numbers of 9 or 10 digits are rejected, because they look like
  /// seconds.
  public init(milliseconds: Int64) throws(CalendarDateError) {
    guard writableInstants ~= milliseconds else {
      throw Self.smallUnit(milliseconds) ?? .outsideYears("\(milliseconds)")
    }
    guard !(100_000_000...9_999_999_999 ~= milliseconds.magnitude) else {
      throw .looksLikeSeconds("\(milliseconds)")
    }
    self = .instant(milliseconds)
  }

  /// The error for a number that is a time of the years 1990 to 2199 in microseconds or nanoseconds.
  private static func smallUnit(_ number: Int64) -> CalendarDateError? {
    guard number > writableInstants.upperBound, let time = try? InstantReader.instant(number) else {
      return nil
    }
    return .looksLikeSmallUnit("\(number)", milliseconds: time)
  }

  private static func trimmed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let (inner, start) = Calendar.trimmed(bytes.span)
    return inner.count == bytes.count
      ? text : String(decoding: bytes[start..<start + inner.count], as: UTF8.self)
  }

  /// Returns its first millisecond in a zone's calendar.
  public func start(in zone: TimeZoneRules) -> Int64 {
    switch self {
    case .instant(let milliseconds): milliseconds
    case .days(let days): zone.instants(of: days).first
    }
  }

  /// Returns its last millisecond in a zone's calendar.
  public func end(in zone: TimeZoneRules) -> Int64 {
    switch self {
    case .instant(let milliseconds): milliseconds
    case .days(let days): zone.instants(of: days).last
    }
  }

  /// Returns the days of a text of the form `2025-05-31`, `2025-05` or `2025`; nil if it has another form.
  /// Throws if the date does not exist.
  public static func wholeDays(_ text: String) throws(CalendarDateError) -> Range<Int64>? {
    let unit: CalendarUnit
    switch text.utf8.count {
    case 4: unit = .year
    case 7: unit = .month
    case 10: unit = .day
    default: return nil
    }
    var (numbers, index): (InlineArray<3, Int64>, Int) = ([0, 0, 0], 0)
    for (position, byte) in text.utf8.enumerated() {
      if position == 4 || position == 7 {
        guard byte == UInt8(ascii: "-") else { return nil }
        index += 1
      } else {
        guard case let digit = byte &- UInt8(ascii: "0"), digit < 10 else { return nil }
        numbers[index] = numbers[index] * 10 + Int64(digit)
      }
    }
    let date = CivilDate(
      year: numbers[0], month: unit == .year ? 1 : numbers[1], day: unit == .day ? numbers[2] : 1)
    guard date.exists else { throw .noSuchDate(text, date) }
    return unit.days(containing: date.dayNumber)
  }

  /// Returns the number of digits of a text that consists only of digits, optionally after a minus; nil for
  /// any other text.
  private static func digitCount(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return digits.count
  }
}

extension TimeZoneRules {
  /// Returns the first and the last millisecond of a range of days since 1970-01-01, clipped to the years
  /// 0000 to 9999 in UTC. Days that the zone skipped have no millisecond: then the last is one before the
  /// first.
  public func instants(of days: Range<Int64>) -> (first: Int64, last: Int64) {
    (
      max(start(ofDay: days.lowerBound), writableInstants.lowerBound),
      min(start(ofDay: days.upperBound) - 1, writableInstants.upperBound)
    )
  }

  /// Returns the start of a day, given as days since 1970-01-01, in milliseconds since 1970. For a date that
  /// the zone skipped, that is the start of the next one.
  public func start(ofDay dayNumber: Int64) -> Int64 {
    // Days further away are outside the representable years; the bound leaves room for arithmetic.
    let reach: Int64 = 1 << 40
    return firstInstant(reading: min(max(dayNumber, -reach), reach) * 86_400).secondsAsMilliseconds
  }
}

/// The reason why a request's date is invalid, and what would be valid.
public enum CalendarDateError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(String)
  /// A text of the right form, and the date that it names.
  case noSuchDate(String, CivilDate)
  case looksLikeSeconds(String)
  /// Microseconds or nanoseconds.
  case looksLikeSmallUnit(String, milliseconds: Int64)
  /// `20250501`.
  case looksLikeDay(String)
  case outsideYears(String)

  public var description: String {
    switch self {
    case .unreadable(let text):
      instantRefusal(text) ?? "\(text.quotedBriefly) is no instant. \(instantSpellings)"
    case .noSuchDate(let text, let date): "\(text.quotedBriefly) is not a valid date: \(date.nonexistence)"
    case .looksLikeSeconds(let text):
      "\(text) looks like seconds; use milliseconds since 1970, such as 1747519200000"
    case .looksLikeSmallUnit(let text, let milliseconds):
      "\(text) looks like microseconds or nanoseconds; use milliseconds since 1970: \(milliseconds)"
    case .looksLikeDay(let text):
      "\(text.quotedBriefly) looks like a day; use \(text.prefix(4))-\(text.dropFirst(4).prefix(2))-\(text.suffix(2))"
    case .outsideYears(let text):
      "must be milliseconds of the years 0000 to 9999, is \(text)"
    }
  }
}
