import Calendar
import Engine

extension ClickHouseBackend {
  /// The most units that are listed for a statement.
  private static let maximumUnits = 1 << 20
  /// The most units of a range that are listed without asking in which of them events are.
  private static let listedUnits: Int64 = 1 << 12

  /// The calendar units of the events of a scope, from the first to the last; none without events.
  func units(
    _ unit: CalendarUnit, weekStart: WeekStart, in rules: TimeZoneRules, of scope: ReportScope,
    on executor: ParallelExecutor
  ) throws(ReportError) -> UnitSegments {
    guard let extent = try extent(of: scope, upTo: unit.shortestMilliseconds * Self.listedUnits, on: executor)
    else { return UnitSegments([0]) }
    var starts: [Int64] = []
    var next = extent.lowerBound
    while next <= extent.upperBound {
      if starts.count == Self.maximumUnits {
        throw .unsupported("more than \(Self.maximumUnits) units of a range")
      }
      let bounds = rules.bounds(of: unit, weekStart: weekStart, containing: next)
      starts.append(bounds.start)
      next = bounds.end
    }
    return UnitSegments(starts + [next])
  }

  /// The range of a scope if it is no longer than so many milliseconds, else the first and the last instant of its events.
  private func extent(
    of scope: ReportScope, upTo milliseconds: Int64, on executor: ParallelExecutor
  ) throws(ReportError) -> ClosedRange<Int64>? {
    let range = scope.range
    let (length, overflow) = range.end.subtractingReportingOverflow(range.start)
    if !overflow, length >= 0, length <= milliseconds { return range.start...range.end }
    return try eventExtent(scope, on: executor)
  }

  /// Ten years in milliseconds, in which a zone changes its clock some twenty times.
  private static let shortRange: Int64 = 3653 * 86_400_000

  /// The clock of a zone for the events of a scope.
  func clock(_ rules: TimeZoneRules, of scope: ReportScope, on executor: ParallelExecutor)
    throws(ReportError) -> LocalClock
  {
    LocalClock(rules, try extent(of: scope, upTo: Self.shortRange, on: executor) ?? 0...0)
  }
}

extension CalendarUnit {
  /// No unit of the kind is shorter, in milliseconds.
  fileprivate var shortestMilliseconds: Int64 {
    switch self {
    case .minute: 60_000
    case .hour: 1_800_000
    // Of a day, an hour or more may be left out.
    default: 20 * 3_600_000
    }
  }
}

/// The clock of a zone as an expression, without the server's zones.
struct LocalClock {
  /// The instants from which the offsets hold, both in milliseconds.
  private let starts: [Int64]
  private let offsets: [Int64]

  /// - Parameter extent: The instants whose clock may be asked for, in milliseconds since 1970.
  init(_ rules: TimeZoneRules, _ extent: ClosedRange<Int64>) {
    let (starts, seconds) = rules.offsets(from: extent.lowerBound, through: extent.upperBound)
    (self.starts, offsets) = (starts, seconds.map { $0 * 1000 })
  }

  /// Milliseconds of the local time since 1970-01-01 00:00 of an instant.
  func local(_ time: SQL) -> SQL {
    if starts.count == 1 { return "(\(time) + \(value: offsets[0]))" }
    return """
      (\(time) + arrayElement(\(value: offsets), arrayCount(start -> start <= \(time), \(value: starts))))
      """
  }

  /// The hour of the clock, 0 to 23.
  func hour(_ time: SQL) -> SQL { "intDiv(positiveModulo(\(local(time)), 86400000), 3600000)" }

  /// The day of the week, from 1 (Monday) to 7. 1970 began with a Thursday.
  func weekday(_ time: SQL) -> SQL {
    let local = local(time)
    return "positiveModulo(intDiv(\(local) - positiveModulo(\(local), 86400000), 86400000) + 3, 7) + 1"
  }
}

extension TimeZoneRules {
  /// The offsets from UTC in a range of time, in seconds: from which instant, in milliseconds since 1970, there is which one.
  func offsets(from first: Int64, through last: Int64) -> (starts: [Int64], seconds: [Int64]) {
    func seconds(_ instant: Int64) -> Int64 { instant.quotientRoundedDown(by: 1000) }
    func offset(_ second: Int64) -> Int64 { Int64(offsetSeconds(atUTCSeconds: second)) }
    let (start, end) = (seconds(first), seconds(last))
    var (starts, offsets) = ([start * 1000], [offset(start)])
    var known = start
    while known < end {
      // No zone leaves an offset and takes it again within a quarter of a day.
      let next = min(known + 6 * 3600, end)
      while let latest = offsets.last, latest != offset(next) {
        var (before, after) = (known, next)
        while after - before > 1 {
          let middle = before + (after - before) / 2
          if offset(middle) == latest { before = middle } else { after = middle }
        }
        starts.append(after * 1000)
        offsets.append(offset(after))
        known = after
      }
      known = next
    }
    return (starts, offsets)
  }
}

extension Int64 {
  /// The quotient, rounded to the number below.
  func quotientRoundedDown(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
