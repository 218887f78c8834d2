extension TimeZoneRules {
  /// Returns a number for the unit of dates that contains an instant, in milliseconds since 1970. The numbers of
  /// successive days, weeks, months or years differ by one, also where the zone left out a day between them.
  ///
  /// Nil for hours and minutes: how many there are between two instants is told by
  /// ``clockUnits(_:from:to:limit:)``.
  public func dateNumber(
    of unit: CalendarUnit, weekStart: WeekStart = .monday, containing milliseconds: Int64
  ) -> Int64? {
    let date = date(at: milliseconds)
    switch unit {
    case .minute, .hour: return nil
    case .day: return date.dayNumber
    case .week: return (date.dayNumber + weekStart.daysBeforeEpoch).floorDivided(by: 7).quotient
    case .month: return date.year * 12 + date.month - 1
    case .year: return date.year
    }
  }

  /// Returns how many hours or minutes begin after `start`, up to and including `instant`; at most `limit`.
  ///
  /// - Parameters:
  ///   - unit: `hour` or `minute`.
  ///   - start: The first instant of a unit, in milliseconds since 1970.
  ///   - instant: In milliseconds since 1970.
  public func clockUnits(_ unit: CalendarUnit, from start: Int64, to instant: Int64, limit: Int) -> Int {
    guard let length = unit.clockSeconds else { preconditionFailure("a unit of dates") }
    var (count, current) = (0, start)
    while count < limit {
      let next = bounds(of: unit, containing: current).end
      if next > instant { break }
      count += 1
      current = next
      // Up to the next change of the clock, all units have the same length.
      let seconds = next / 1000
      let span = span(at: seconds)
      guard (seconds + span.offset).floorDivided(by: length).remainder == 0 else { continue }
      let last = min(span.end - 1, instant.floorDivided(by: 1000).quotient)
      let skipped = Int(max(0, last - seconds) / length)
      count += skipped
      current += Int64(skipped) * length * 1000
    }
    return min(count, limit)
  }
}
