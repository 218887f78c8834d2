/// A unit of the civil calendar into which instants are grouped.
///
/// Hours and minutes are what a clock on the wall shows; days, weeks (Monday to Sunday, ISO 8601), months
/// and years are those of the calendar of a zone, however many hours they have.
public enum CalendarUnit: String, Sendable, CaseIterable {
  case minute, hour, day, week, month, year
}

extension CalendarUnit {
  /// The seconds of a clock unit; nil for a unit that is made of dates.
  var clockSeconds: Int64? {
    switch self {
    case .minute: 60
    case .hour: 3600
    case .day, .week, .month, .year: nil
    }
  }

  /// The day numbers of the unit of dates that holds day `day`: its first day up to the first day of the
  /// next one. Units shorter than a day count as the day.
  func days(containing day: Int64) -> Range<Int64> {
    switch self {
    case .minute, .hour, .day:
      return day..<day + 1
    case .week:
      // 1970-01-01 was a Thursday, three days after a Monday.
      let monday = day - (day + 3).floorDivided(by: 7).remainder
      return monday..<monday + 7
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
