/// The calendar days of a zone over a range of time, as a table.
///
/// Day `i` is `starts[i]..<starts[i + 1]`. A date that the zone skipped (Pacific/Apia had no 2011-12-30) has
/// no row, and leaves a gap in the day numbers.
public struct CalendarDays: Sendable {
  /// Milliseconds since 1970, ascending: the start of each day, and the end of the last one.
  public let starts: [Int64]

  /// Days since 1970-01-01 of each date, ascending; one fewer than `starts`.
  public let dayNumbers: [Int32]

  /// `starts` has one element more than `dayNumbers`; both ascend.
  public init(starts: [Int64], dayNumbers: [Int32]) {
    precondition(starts.count == dayNumbers.count + 1)
    self.starts = starts
    self.dayNumbers = dayNumbers
  }

  /// The number of days.
  public var count: Int { dayNumbers.count }

  /// Returns the row of the day that contains an instant, in milliseconds since 1970. Instants before the
  /// first day belong to the first day, instants after the last to the last. The table must not be empty.
  @inlinable
  public func index(containing milliseconds: Int64) -> Int {
    // Days have about 24 hours, so this guess is off by only a row or two.
    let first = max(milliseconds, starts[0]) - starts[0]
    var index = Int(min(first / 86_400_000, Int64(count - 1)))
    while index > 0, milliseconds < starts[index] { index -= 1 }
    while index + 1 < count, milliseconds >= starts[index + 1] { index += 1 }
    return index
  }
}

extension TimeZoneRules {
  /// Returns the calendar days that cover a range of instants, both ends included, in milliseconds since
  /// 1970.
  ///
  /// The range is clipped to the years 0 to 9999, which contain all instants that can be written. If the
  /// clipped range is empty, there are no days.
  public func days(from: Int64, through: Int64) -> CalendarDays {
    let from = max(from, writableInstants.lowerBound)
    let through = min(through, writableInstants.upperBound)
    let firstDay = day(at: from.floorDivided(by: 1000).quotient)
    var starts = [firstInstant(reading: firstDay * 86_400) * 1000]
    var dayNumbers: [Int32] = []
    guard from <= through else { return CalendarDays(starts: starts, dayNumbers: []) }
    let expected = Int((through - from) / 86_400_000) + 2
    starts.reserveCapacity(expected + 1)
    dayNumbers.reserveCapacity(expected)

    var day = firstDay
    var span = span(at: starts[0] / 1000)
    repeat {
      let midnight = (day + 1) * 86_400
      while midnight - span.offset >= span.end { span = self.span(at: span.end) }
      let end = max(span.start, midnight - span.offset) * 1000
      // The end of a skipped date equals its start.
      if end > starts[starts.count - 1] {
        dayNumbers.append(Int32(day))
        starts.append(end)
      }
      day += 1
    } while starts[starts.count - 1] <= through
    return CalendarDays(starts: starts, dayNumbers: dayNumbers)
  }
}
