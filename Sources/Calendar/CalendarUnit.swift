/// A unit of the civil calendar into which instants are grouped.
///
/// Hours and minutes are those that a wall clock shows; days, weeks (from Monday, unless another ``WeekStart`` is
/// asked for), months and years are those of the zone's calendar, however many hours they have.
public enum CalendarUnit: String, Sendable, CaseIterable {
  case minute, hour, day, week, month, year
}

extension CalendarUnit {
  /// The seconds of a clock unit; nil for a unit that consists of dates.
  var clockSeconds: Int64? {
    switch self {
    case .minute: 60
    case .hour: 3600
    case .day, .week, .month, .year: nil
    }
  }

  /// Returns the day numbers of the unit of dates that contains day `day`: from its first day up to the first
  /// day of the next one. Units shorter than a day are treated as the day.
  func days(containing day: Int64, weekStart: WeekStart = .monday) -> Range<Int64> {
    switch self {
    case .minute, .hour, .day:
      return day..<day + 1
    case .week:
      let first = day - (day + weekStart.daysBeforeEpoch).floorDivided(by: 7).remainder
      return first..<first + 7
    case .month:
      let first = CivilDate(dayNumber: day).with(day: 1)
      return first.dayNumber..<first.nextMonth.dayNumber
    case .year:
      let year = CivilDate(dayNumber: day).year
      return CivilDate(year: year, month: 1, day: 1)
        .dayNumber..<CivilDate(year: year + 1, month: 1, day: 1).dayNumber
    }
  }
}

// Local time is `instant + offset`. It jumps when the offset changes, so it is not a continuous count: a
// local time may not exist, or exist twice. The rules here convert it into units that follow one another
// without gaps.

extension TimeZoneRules {
  /// Returns the start of the unit that contains an instant, and the start of the next one, in milliseconds
  /// since 1970.
  ///
  /// Dates only go forward. The day of an instant is the latest date that the zone's clock has shown until
  /// then: a day begins at the first instant that shows its date or, if its midnight is skipped, at the first
  /// one after; a clock that is set back over midnight does not bring back the day before. Weeks, months and
  /// years begin with the first of their days.
  ///
  /// Hours and minutes begin when the clock reaches hh:00:00 (hh:mm:00), or when a shift brings another hour
  /// (minute). A repeated hour is two hours, so that a day may have 25. A shift back into the middle of the
  /// same hour makes that hour longer: at Lord Howe, where 02:00 becomes 01:30, the hour from 01:00 has 90
  /// minutes.
  public func bounds(
    of unit: CalendarUnit, weekStart: WeekStart = .monday, containing milliseconds: Int64
  ) -> (start: Int64, end: Int64) {
    let seconds = milliseconds.floorDivided(by: 1000).quotient
    let bounds =
      if let length = unit.clockSeconds {
        clockBounds(length: length, containing: seconds)
      } else {
        dateBounds(days: unit.days(containing: day(at: seconds), weekStart: weekStart))
      }
    return (bounds.start.secondsAsMilliseconds, bounds.end.secondsAsMilliseconds)
  }
}

// MARK: - Dates

extension TimeZoneRules {
  /// Offsets differ by less than this, in seconds, so older shifts cannot affect a date.
  private static let widestShift = TZifFile.offsetRange.upperBound - TZifFile.offsetRange.lowerBound

  /// Returns the day number of the latest date that the clock has shown until an instant.
  func day(at seconds: Int64) -> Int64 {
    var span = span(at: seconds)
    var latest = seconds + span.offset
    while span.start > seconds - Self.widestShift {
      let lastSecond = span.start - 1
      span = self.span(at: lastSecond)
      latest = max(latest, lastSecond + span.offset)
    }
    return latest.floorDivided(by: 86_400).quotient
  }

  /// Returns the first instant at which the clock shows a local time or a later one, both in seconds since
  /// 1970.
  func firstInstant(reading localSeconds: Int64) -> Int64 {
    var span = span(at: localSeconds - TZifFile.offsetRange.upperBound)
    while localSeconds - span.offset >= span.end { span = self.span(at: span.end) }
    return max(span.start, localSeconds - span.offset)
  }

  private func dateBounds(days: Range<Int64>) -> (start: Int64, end: Int64) {
    (firstInstant(reading: days.lowerBound * 86_400), firstInstant(reading: days.upperBound * 86_400))
  }
}

// MARK: - Hours and minutes

extension TimeZoneRules {
  private func clockBounds(length: Int64, containing seconds: Int64) -> (start: Int64, end: Int64) {
    (clockStart(length: length, containing: seconds), clockEnd(length: length, containing: seconds))
  }

  private func clockStart(length: Int64, containing seconds: Int64) -> Int64 {
    var instant = seconds
    while true {
      let span = span(at: instant)
      let start = instant - (instant + span.offset).floorDivided(by: length).remainder
      if start >= span.start { return start }
      if startsClockUnit(at: span.start, length: length) { return span.start }
      instant = span.start - 1
    }
  }

  private func clockEnd(length: Int64, containing seconds: Int64) -> Int64 {
    var instant = seconds
    while true {
      let span = span(at: instant)
      let end = instant + length - (instant + span.offset).floorDivided(by: length).remainder
      if end < span.end { return end }
      if startsClockUnit(at: span.end, length: length) { return span.end }
      instant = span.end
    }
  }

  /// Returns whether an hour or minute begins at a transition.
  private func startsClockUnit(at transition: Int64, length: Int64) -> Bool {
    let before = transition - 1 + span(at: transition - 1).offset
    let after = (transition + span(at: transition).offset).floorDivided(by: length)
    return after.remainder == 0 || after.quotient != before.floorDivided(by: length).quotient
  }
}
