/// How many visitors come back on later days ("retention" in the reports' contract).
public struct RetentionRequest {
  public var scope: ReportScope
  public var timeZone: TimeZoneRules

  public init(scope: ReportScope, timeZone: TimeZoneRules) {
    self.scope = scope
    self.timeZone = timeZone
  }
}

/// The visitors of a cohort who had an event on a day after their first.
public struct RetentionCell: Sendable, Equatable {
  /// The start of the cohort's calendar day, in milliseconds since 1970.
  public let dateMilliseconds: Int64
  /// Calendar days after the cohort's, 0…31.
  public let day: Int
  /// The size of the cohort.
  public let visitors: Int
  public let returnVisitors: Int

  public var percentage: Double { Double(returnVisitors) * 100 / Double(visitors) }
}

extension WebsiteColumns {
  /// The cells with a returning visitor, by date, then day.
  public func retention(_ request: RetentionRequest, on scanner: Scanner = Scanner()) -> [RetentionCell] {
    guard let extent = extentMilliseconds, request.scope.range.overlaps(extent) else { return [] }
    let days = request.timeZone.days(
      from: max(extent.lowerBound, request.scope.range.start),
      through: min(extent.upperBound, request.scope.range.end))
    let counts = scan(request.scope, scanner, RetentionKernel(days: days)).counts
    return counts.indices.compactMap { index in
      guard counts[index] > 0 else { return nil }
      let cohort = index / RetentionKernel.daysKept
      return RetentionCell(
        dateMilliseconds: days.starts[cohort], day: index % RetentionKernel.daysKept,
        visitors: counts[cohort * RetentionKernel.daysKept], returnVisitors: counts[index])
    }
  }
}

/// Counts, for every cohort and day, the visitors with an event there.
private struct RetentionKernel: ReportKernel {
  static let daysKept = 32

  let days: CalendarDays

  struct Partial {
    /// By cohort × `daysKept` + days after it.
    var counts: [Int]
    var times: [Int64] = []
  }

  func start() -> Partial {
    Partial(counts: Array(repeating: 0, count: days.dayNumbers.count * Self.daysKept))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    block.copyTimes(to: &partial.times)
    let (times, selected) = (partial.times, block.selected)
    for session in 0..<block.sessionCount {
      takeSession(block.rows(ofSession: session), times.span, selected.span, into: &partial.counts)
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for index in partial.counts.indices { partial.counts[index] += other.counts[index] }
  }

  /// Events stand in order of time, so a session's days ascend and each is met once.
  private func takeSession(
    _ rows: Range<Int>, _ times: Span<Int64>, _ selected: Span<Bool>, into counts: inout [Int]
  ) {
    var cohort: Int?
    var dayEnd = Int64.min
    for row in rows where times[row] >= dayEnd && selected[row] {
      let day = days.index(containing: times[row])
      dayEnd = days.starts[day + 1]
      let first = cohort ?? day
      cohort = first
      let after = Int(days.dayNumbers[day] - days.dayNumbers[first])
      guard after < Self.daysKept else { return }
      counts[first * Self.daysKept + after] += 1
    }
  }
}
