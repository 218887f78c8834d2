public import Calendar

/// How many visitors return on later days. Defined in `Sources/Engine/Reports/README.md`, section
/// "retention".
public struct RetentionRequest {
  /// The events that count.
  public var scope: ReportScope
  /// The zone of the calendar days.
  public var timeZone: TimeZoneRules

  public init(scope: ReportScope, timeZone: TimeZoneRules) {
    self.scope = scope
    self.timeZone = timeZone
  }
}

/// The visitors of a cohort who had an event on a given day after their first.
public struct RetentionCell: Sendable, Equatable {
  /// The start of the cohort's calendar day, in milliseconds since 1970.
  public let dateMilliseconds: Int64
  /// Calendar days after the cohort's, 0…31.
  public let day: Int
  /// The size of the cohort.
  public let visitors: Int
  /// The visitors of the cohort with an event on that day.
  public let returnVisitors: Int

  /// `returnVisitors` of `visitors`, 0 to 100.
  public var percentage: Double { Double(returnVisitors) * 100 / Double(visitors) }
}

extension WebsiteColumns {
  /// Returns the cells with a returning visitor, by date, then by day.
  public func retention(_ request: RetentionRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError)
    -> [RetentionCell]
  {
    guard let extent = extentMilliseconds, request.scope.range.overlaps(extent) else { return [] }
    var days = request.timeZone.days(
      from: max(extent.lowerBound, request.scope.range.start),
      through: min(extent.upperBound, request.scope.range.end))
    let scope = try CompiledScope(request.scope, self, executor)
    if days.count > Self.maximumDays {
      days = days.keeping(scan(scope, executor, OccurringDays(days: days)))
    }
    let counts = scan(scope, executor, RetentionKernel(days: days)).counts
    var cells: [RetentionCell] = []
    executor.forEach(0..<days.count) { cohort in
      let first = cohort * RetentionKernel.daysCounted
      if counts[first] == 0 { return }
      for day in 0..<RetentionKernel.daysKept where counts[first + day] > 0 {
        cells.append(
          RetentionCell(
            dateMilliseconds: days.starts[cohort], day: day, visitors: counts[first],
            returnVisitors: counts[first + day]))
      }
    }
    return cells
  }

  /// If the range has more days than this (over 80 years), counts are kept only for the days with an event.
  private static let maximumDays = 1 << 15
}

/// Finds the days that have an event: a bit for every day.
private struct OccurringDays: ReportKernel {
  let days: CalendarDays

  func start() -> [UInt64] { Array(repeating: 0, count: days.count / 64 + 1) }

  func accumulate(_ block: BlockRows, into bits: inout [UInt64]) {
    let selected = block.selected
    for row in 0..<block.count where selected[row] {
      let day = days.index(containing: block.time(row))
      bits[day / 64] |= 1 << UInt64(day % 64)
    }
  }

  func merge(_ other: [UInt64], into bits: inout [UInt64]) {
    for index in bits.indices { bits[index] |= other[index] }
  }
}

extension CalendarDays {
  /// Returns the days whose bit is set. A day that is left out becomes part of the one before it.
  fileprivate func keeping(_ bits: [UInt64]) -> CalendarDays {
    let kept = dayNumbers.indices.filter { bits[$0 / 64] >> UInt64($0 % 64) & 1 != 0 }
    let end = kept.last.map { starts[$0 + 1] } ?? starts[0]
    return CalendarDays(starts: kept.map { starts[$0] } + [end], dayNumbers: kept.map { dayNumbers[$0] })
  }
}
