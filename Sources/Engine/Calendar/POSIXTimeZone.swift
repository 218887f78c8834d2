/// A zone as a POSIX `TZ` string describes it: standard time, and the dates of daylight time in any year.
///
/// POSIX.1-2024, section 8.3, with the extension of RFC 9636, section 3.3.2: hours of −167 to 167 in the
/// times of changes. Daylight time without dates is not accepted: POSIX leaves them open.
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
    /// Seconds after the day's midnight; may lie on days before or after it.
    var time: Int64
  }

  enum Day: Equatable {
    /// `J1` to `J365`: the 29th of February is never counted.
    case julian(Int64)
    /// `0` to `365`: the 29th of February is counted.
    case zeroBased(Int64)
    /// `M1.1.0` to `M12.5.6`: week 5 is the last one; weekday 0 is Sunday.
    case weekday(month: Int64, week: Int64, weekday: Int64)
  }
}

extension POSIXTimeZone {
  /// The offsets in force from an instant to another, both in seconds since 1970: the first begins at
  /// `first`, and, where there is daylight time, the last at `last`.
  func changes(from first: Int64, through last: Int64) -> [(start: Int64, offset: Int32)] {
    let standard = Int32(standardOffset)
    var changes = [(start: first, offset: standard)]
    guard let daylight else { return changes }
    let daylightOffset = Int32(daylight.offset)
    // A year's change may lie a week outside of it, and its daylight time may end in the next.
    for year in Self.year(of: first) - 2...Self.year(of: last) + 1 {
      let period = daylightPeriod(daylight, year: year)
      let (start, end) = (max(period.start, first), min(period.end, last))
      guard start < end else { continue }
      // Where standard time would begin only as it ends, daylight time goes on.
      if let standardStart = changes.last?.start, standardStart >= start { changes.removeLast() }
      if changes.last?.offset != daylightOffset { changes.append((start, daylightOffset)) }
      changes.append((end, standard))
    }
    if changes[changes.count - 1].start < last { changes.append((last, standard)) }
    return changes
  }

  /// The daylight time that begins in a year, in seconds since 1970; empty where it ends as it begins.
  private func daylightPeriod(_ daylight: Daylight, year: Int64) -> (start: Int64, end: Int64) {
    let start = daylight.start.localSeconds(year: year) - standardOffset
    let end = daylight.end.localSeconds(year: year) - daylight.offset
    // South of the equator it ends in the next year.
    return (start, end >= start ? end : daylight.end.localSeconds(year: year + 1) - daylight.offset)
  }

  private static func year(of seconds: Int64) -> Int64 {
    CivilDate(dayNumber: seconds.floorDivided(by: 86_400).quotient).year
  }
}

extension POSIXTimeZone.Change {
  /// The instant of the change in a year, by a clock that shows seconds since 1970 of local time.
  fileprivate func localSeconds(year: Int64) -> Int64 {
    day.dayNumber(year: year) * 86_400 + time
  }
}

extension POSIXTimeZone.Day {
  /// Days since 1970-01-01 of the day in a year.
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
