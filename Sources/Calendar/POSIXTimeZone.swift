/// A zone described by a POSIX `TZ` string: standard time, and the dates of daylight time in any year.
///
/// POSIX.1-2024, section 8.3, with the extension of RFC 9636, section 3.3.2: hours of −167 to 167 in the
/// times of changes. Daylight time without dates is rejected: POSIX leaves them unspecified.
struct POSIXTimeZone: Equatable {
  /// Seconds east of UTC.
  var standardOffset: Int64
  var daylight: Daylight?

  struct Daylight: Equatable {
    /// Seconds east of UTC.
    var offset: Int64
    /// The change from standard time, on its clock.
    var start: Change
    /// The change back, on the clock of daylight time.
    var end: Change
  }

  struct Change: Equatable {
    var day: Day
    /// Seconds after the day's midnight; may be on an earlier or a later day.
    var time: Int64
  }

  enum Day: Equatable {
    /// `J1` to `J365`: February 29 is never counted.
    case julian(Int64)
    /// `0` to `365`: February 29 is counted.
    case zeroBased(Int64)
    /// `M1.1.0` to `M12.5.6`: week 5 is the last one; weekday 0 is Sunday.
    case weekday(month: Int64, week: Int64, weekday: Int64)
  }
}

extension POSIXTimeZone {
  /// Returns the offsets in force from `first` through `last`, both in seconds since 1970: the first one
  /// begins at `first` and, if there is daylight time, the last one at `last`.
  func changes(from first: Int64, through last: Int64) -> [(start: Int64, offset: Int32)] {
    let standard = Int32(standardOffset)
    var changes = [(start: first, offset: standard)]
    guard let daylight else { return changes }
    let daylightOffset = Int32(daylight.offset)
    // A year's change may be a week outside the year, and its daylight time may end in the next.
    for year in Self.year(of: first) - 2...Self.year(of: last) + 1 {
      let period = daylightPeriod(daylight, year: year)
      let (start, end) = (max(period.start, first), min(period.end, last))
      guard start < end else { continue }
      // If standard time would begin only when it ends, daylight time continues.
      if let standardStart = changes.last?.start, standardStart >= start { changes.removeLast() }
      if changes.last?.offset != daylightOffset { changes.append((start, daylightOffset)) }
      changes.append((end, standard))
    }
    if changes[changes.count - 1].start < last { changes.append((last, standard)) }
    return changes
  }

  /// Returns the daylight time that begins in a year, in seconds since 1970; empty if it ends when it begins.
  private func daylightPeriod(_ daylight: Daylight, year: Int64) -> (start: Int64, end: Int64) {
    let start = daylight.start.localSeconds(year: year) - standardOffset
    let end = daylight.end.localSeconds(year: year) - daylight.offset
    // In the southern hemisphere it ends in the next year.
    return (start, end >= start ? end : daylight.end.localSeconds(year: year + 1) - daylight.offset)
  }

  private static func year(of seconds: Int64) -> Int64 {
    CivilDate(dayNumber: seconds.floorDivided(by: 86_400).quotient).year
  }
}

extension POSIXTimeZone.Change {
  /// Returns the time of the change in a year, in seconds since 1970 of local time.
  fileprivate func localSeconds(year: Int64) -> Int64 {
    day.dayNumber(year: year) * 86_400 + time
  }
}

extension POSIXTimeZone.Day {
  /// Returns the day in a year, in days since 1970-01-01.
  fileprivate func dayNumber(year: Int64) -> Int64 {
    let newYear = CivilDate(year: year, month: 1, day: 1).dayNumber
    switch self {
    case .julian(let day):
      return newYear + day - 1 + (day > 59 && CivilDate.isLeap(year) ? 1 : 0)
    case .zeroBased(let day):
      return newYear + day
    case .weekday(let month, let week, let weekday):
      let first = CivilDate(year: year, month: month, day: 1).dayNumber
      // 1970-01-01 was a Thursday, weekday 4.
      let firstWeekday = (first + 4).floorDivided(by: 7).remainder
      let day = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
      let isPastMonth = day >= CivilDate.days(ofMonth: month, year: year)
      return first + (isPastMonth ? day - 7 : day)
    }
  }
}

extension POSIXTimeZone {
  /// Parses a `TZ` string such as `CET-1CEST,M3.5.0,M10.5.0/3`. Fails for any other text.
  init?(_ text: some Sequence<UInt8>) {
    var parser = POSIXTimeZoneParser(text)
    guard let zone = parser.zone(), parser.isAtEnd else { return nil }
    self = zone
  }
}

/// A recursive descent over the bytes of a `TZ` string. Every function parses one element, and returns nil if
/// it is not at the position.
private struct POSIXTimeZoneParser {
  private let text: [UInt8]
  private var position = 0

  init(_ text: some Sequence<UInt8>) {
    self.text = Array(text)
  }

  var isAtEnd: Bool { position == text.count }

  private var next: UInt8? { isAtEnd ? nil : text[position] }

  mutating func zone() -> POSIXTimeZone? {
    guard name(), let offset = time(maximumHours: 24) else { return nil }
    // In a TZ string offsets are positive west of Greenwich.
    var zone = POSIXTimeZone(standardOffset: -offset, daylight: nil)
    guard !isAtEnd else { return zone }
    guard let daylight = daylight(standardOffset: -offset) else { return nil }
    zone.daylight = daylight
    return zone
  }

  private mutating func daylight(standardOffset: Int64) -> POSIXTimeZone.Daylight? {
    guard name() else { return nil }
    var offset = standardOffset + 3600
    if next != UInt8(ascii: ",") {
      guard let written = time(maximumHours: 24) else { return nil }
      offset = -written
    }
    guard take(","), let start = change(), take(","), let end = change() else { return nil }
    return POSIXTimeZone.Daylight(offset: offset, start: start, end: end)
  }

  /// Parses three or more letters, or letters, digits and signs in angle brackets.
  private mutating func name() -> Bool {
    let isQuoted = take("<")
    let start = position
    while let byte = next, Self.isLetter(byte) || isQuoted && Self.isDigitOrSign(byte) { position += 1 }
    let length = position - start
    return length >= 3 && (!isQuoted || take(">"))
  }

  private mutating func change() -> POSIXTimeZone.Change? {
    guard let day = day() else { return nil }
    guard take("/") else { return POSIXTimeZone.Change(day: day, time: 7200) }
    return time(maximumHours: 167).map { POSIXTimeZone.Change(day: day, time: $0) }
  }

  private mutating func day() -> POSIXTimeZone.Day? {
    if take("J") { return number(1...365).map { .julian($0) } }
    guard take("M") else { return number(0...365).map { .zeroBased($0) } }
    guard let month = number(1...12), take("."), let week = number(1...5), take("."),
      let weekday = number(0...6)
    else { return nil }
    return .weekday(month: month, week: week, weekday: weekday)
  }

  /// Parses `[+-]hh[:mm[:ss]]` in seconds.
  private mutating func time(maximumHours: Int64) -> Int64? {
    let sign: Int64 = take("-") ? -1 : 1
    if sign > 0 { _ = take("+") }
    guard let hours = number(0...maximumHours) else { return nil }
    var (minutes, seconds): (Int64, Int64) = (0, 0)
    if take(":") {
      guard let written = number(0...59) else { return nil }
      minutes = written
      if take(":") {
        guard let written = number(0...59) else { return nil }
        seconds = written
      }
    }
    return sign * (hours * 3600 + minutes * 60 + seconds)
  }

  private mutating func number(_ range: ClosedRange<Int64>) -> Int64? {
    let start = position
    var value: Int64 = 0
    while let byte = next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte, value <= range.upperBound {
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
      position += 1
    }
    return position > start && range ~= value ? value : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
  }

  private static func isDigitOrSign(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
  }
}
