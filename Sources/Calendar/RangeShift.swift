/// How the range of a comparison follows from the range that it is compared with. Defined in
/// `Sources/Engine/Reports/README.md`, section "Comparison".
public enum RangeShift: Sendable {
  /// Back by the range's number of days if it consists of whole calendar days, else by its length.
  case previous
  /// Back by the range's length.
  case previousMilliseconds
  /// Back by a number of calendar units, keeping the clock time.
  case units(CalendarUnit, count: Int64)
}

extension TimeZoneRules {
  /// Returns the first and last millisecond of the range that `shift` yields. They may be outside the years 0000
  /// to 9999; the last is before the first if the zone skipped the days between.
  public func shifted(_ range: ClosedRange<Int64>, by shift: RangeShift) -> (start: Int64, end: Int64) {
    switch shift {
    case .previous:
      guard beginsDay(range.lowerBound), endsDay(range.upperBound) else {
        return shifted(range, by: .previousMilliseconds)
      }
      let days = localDay(at: range.upperBound) - localDay(at: range.lowerBound) + 1
      return moved(range.lowerBound, range.upperBound, .day, by: -days)
    case .previousMilliseconds:
      let length = range.upperBound - range.lowerBound + 1
      return (range.lowerBound - length, range.upperBound - length)
    case .units(let unit, let count):
      return moved(range.lowerBound, range.upperBound, unit, by: -count)
    }
  }

  /// Moves a range by −3 to 3 days, so that it begins on the weekday on which `other` begins; if that makes it
  /// overlap `other`, by 7 days less.
  public func matchingWeekday(_ range: (start: Int64, end: Int64), of other: ClosedRange<Int64>) -> (
    start: Int64, end: Int64
  ) {
    func overlaps(_ range: (start: Int64, end: Int64)) -> Bool {
      range.start <= other.upperBound && range.end >= other.lowerBound
    }
    let distance = localDay(at: other.lowerBound) - localDay(at: range.start)
    let days = (distance + 3).floorDivided(by: 7).remainder - 3
    let moved = moved(range.start, range.end, .day, by: days)
    return overlaps(moved) && !overlaps(range)
      ? self.moved(range.start, range.end, .day, by: days - 7) : moved
  }

  private func moved(_ start: Int64, _ end: Int64, _ unit: CalendarUnit, by count: Int64) -> (
    start: Int64, end: Int64
  ) {
    (movedStart(start, unit, by: count), movedEnd(end, unit, by: count))
  }

  /// Moves an instant by calendar units, keeping the clock time. The first instant of a day stays one.
  private func movedStart(_ instant: Int64, _ unit: CalendarUnit, by count: Int64) -> Int64 {
    let day = localDate(at: instant).moved(unit, by: count).dayNumber
    return beginsDay(instant) ? self.start(ofDay: day) : self.instant(onDay: day, atTimeOf: instant)
  }

  /// Does the same. The last millisecond of a day stays one; if months or years move, that of a month too.
  private func movedEnd(_ instant: Int64, _ unit: CalendarUnit, by count: Int64) -> Int64 {
    let old = localDate(at: instant)
    var date = old.moved(unit, by: count)
    guard endsDay(instant) else { return self.instant(onDay: date.dayNumber, atTimeOf: instant) }
    if unit == .month || unit == .year, old.isLastOfMonth { date = date.lastOfMonth }
    return start(ofDay: date.dayNumber + 1) - 1
  }

  func beginsDay(_ instant: Int64) -> Bool { instant == start(ofDay: localDay(at: instant)) }

  func endsDay(_ instant: Int64) -> Bool { instant + 1 == start(ofDay: localDay(at: instant) + 1) }

  private func localDate(at instant: Int64) -> CivilDate { localTime(at: instant).date }

  private func localDay(at instant: Int64) -> Int64 { localDate(at: instant).dayNumber }

  /// Returns the instant on a day at which the clock shows the same time as at `other`: the earlier of two. A
  /// time that a clock change skips is as long after the change as it was to be.
  private func instant(onDay day: Int64, atTimeOf other: Int64) -> Int64 {
    let local = day * 86_400 + localTime(at: other).second
    var span = span(at: local - TZifFile.offsetRange.upperBound)
    var offset = span.offset
    while local - span.offset >= span.end {
      offset = span.offset
      span = self.span(at: span.end)
    }
    if local - span.offset >= span.start { offset = span.offset }
    return (local - offset) * 1000 + other.floorDivided(by: 1000).remainder
  }
}

extension CivilDate {
  /// Returns the date a number of units later. A day that the month lacks becomes its last.
  func moved(_ unit: CalendarUnit, by count: Int64) -> CivilDate {
    switch unit {
    case .minute, .hour, .day: return CivilDate(dayNumber: dayNumber + count)
    case .week: return CivilDate(dayNumber: dayNumber + 7 * count)
    case .month, .year:
      let months = year * 12 + month - 1 + count * (unit == .year ? 12 : 1)
      let (year, month) = months.floorDivided(by: 12)
      return CivilDate(
        year: year, month: month + 1, day: min(day, Self.days(ofMonth: month + 1, year: year)))
    }
  }

  var lastOfMonth: CivilDate { with(day: Self.days(ofMonth: month, year: year)) }

  var isLastOfMonth: Bool { self == lastOfMonth }
}
