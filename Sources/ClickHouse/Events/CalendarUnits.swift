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
  private var starts: [Int64]
  private var offsets: [Int64]

  /// - Parameter extent: The instants whose clock may be asked for, in milliseconds since 1970.
  init(_ rules: TimeZoneRules, _ extent: ClosedRange<Int64>) {
    func offset(_ second: Int64) -> Int64 { Int64(rules.offsetSeconds(atUTCSeconds: second)) * 1000 }
    let (first, last) = (extent.lowerBound / 1000 - 1, extent.upperBound / 1000 + 1)
    (starts, offsets) = ([first * 1000], [offset(first)])
    var second = first
    while second < last {
      let next = min(second + Self.step, last)
      if offset(next) != offsets[offsets.count - 1] {
        // The first second with the new offset.
        var (before, after) = (second, next)
        while after - before > 1 {
          let middle = before + (after - before) / 2
          if offset(middle) == offsets[offsets.count - 1] { before = middle } else { after = middle }
        }
        starts.append(after * 1000)
        offsets.append(offset(after))
        second = after
      } else {
        second = next
      }
    }
  }

  /// In seconds: no zone changes its offset twice in a quarter of a day.
  private static let step: Int64 = 6 * 3600

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
