/// A date as requests have it: an instant, or a whole day, month or year of a calendar.
public enum CalendarDate: Sendable, Equatable {
  /// Milliseconds since 1970, within ``writableInstants``.
  case instant(Int64)
  /// Days since 1970-01-01, at least one.
  case days(Range<Int64>)

  /// Reads `2025-05-31`, `2025-05` or `2025`, which are whole days, and every spelling of an instant that
  /// ``parseInstant(_:)`` knows; of digits alone, those of 11 and more, since shorter ones look like seconds.
  public init(_ text: String) throws(CalendarDateError) {
    if let days = try Self.wholeDays(text) {
      self = .days(days)
      return
    }
    if let digits = Self.digitCount(text), digits < 11 {
      throw 9...10 ~= digits ? .looksLikeSeconds(text) : .unreadable(text)
    }
    guard let instant = parseInstant(text) else { throw .unreadable(text) }
    self = .instant(instant)
  }

  /// A number of milliseconds since 1970; one of 9 or 10 digits is refused, since it looks like seconds.
  public init(milliseconds: Int64) throws(CalendarDateError) {
    guard writableInstants ~= milliseconds else { throw .outsideYears("\(milliseconds)") }
    guard !(100_000_000...9_999_999_999 ~= milliseconds.magnitude) else {
      throw .looksLikeSeconds("\(milliseconds)")
    }
    self = .instant(milliseconds)
  }

  /// Its first millisecond on the calendar of a zone.
  public func start(in zone: TimeZoneRules) -> Int64 {
    switch self {
    case .instant(let milliseconds): milliseconds
    case .days(let days): zone.instants(of: days).first
    }
  }

  /// Its last millisecond on the calendar of a zone.
  public func end(in zone: TimeZoneRules) -> Int64 {
    switch self {
    case .instant(let milliseconds): milliseconds
    case .days(let days): zone.instants(of: days).last
    }
  }

  /// The days of a text of the form `2025-05-31`, `2025-05` or `2025`; nil where it has another form. Throws where there
  /// is no such date.
  public static func wholeDays(_ text: String) throws(CalendarDateError) -> Range<Int64>? {
    let unit: CalendarUnit
    switch text.utf8.count {
    case 4: unit = .year
    case 7: unit = .month
    case 10: unit = .day
    default: return nil
    }
    var (parts, part): (InlineArray<3, Int64>, Int) = ([0, 0, 0], 0)
    for (position, byte) in text.utf8.enumerated() {
      if position == 4 || position == 7 {
        guard byte == UInt8(ascii: "-") else { return nil }
        part += 1
      } else {
        guard case let digit = byte &- UInt8(ascii: "0"), digit < 10 else { return nil }
        parts[part] = parts[part] * 10 + Int64(digit)
      }
    }
    let date = CivilDate(
      year: parts[0], month: unit == .year ? 1 : parts[1], day: unit == .day ? parts[2] : 1)
    guard date.exists else { throw .noSuchDate(text) }
    return unit.days(containing: date.dayNumber)
  }

  /// How many digits a text has that is digits alone, perhaps behind a minus; nil for any other.
  private static func digitCount(_ text: String) -> Int? {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    return digits.count
  }
}

extension TimeZoneRules {
  /// The first and the last millisecond of some days, as days since 1970-01-01, as far as they are of the years 0000 to
  /// 9999 in UTC. Days that the zone left out have none: then the last is the one before the first.
  public func instants(of days: Range<Int64>) -> (first: Int64, last: Int64) {
    (
      max(start(ofDay: days.lowerBound), writableInstants.lowerBound),
      min(start(ofDay: days.upperBound) - 1, writableInstants.upperBound)
    )
  }

  /// When a day, of days since 1970-01-01, begins, in milliseconds since 1970: for a date that the zone left out, when
  /// the next one does.
  public func start(ofDay dayNumber: Int64) -> Int64 {
    // Days further away are not of any year that can be written; they leave room to count with.
    let reach: Int64 = 1 << 40
    return firstInstant(reading: min(max(dayNumber, -reach), reach) * 86_400).secondsAsMilliseconds
  }
}

/// Why something is no date of a request, and what would be one.
public enum CalendarDateError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(String)
  case noSuchDate(String)
  case looksLikeSeconds(String)
  case outsideYears(String)

  public var description: String {
    switch self {
    case .unreadable(let text):
      instantRefusal(text) ?? "\(text.quotedBriefly) is no instant. \(instantSpellings)"
    case .noSuchDate(let text):
      "\(text.quotedBriefly) is not a valid date; use YYYY-MM-DD, YYYY-MM or YYYY"
    case .looksLikeSeconds(let text):
      "\(text) looks like seconds; use milliseconds since 1970, such as 1747519200000"
    case .outsideYears(let text):
      "must be milliseconds of the years 0000 to 9999, is \(text)"
    }
  }
}
