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
      let (cohort, day) = index.quotientAndRemainder(dividingBy: RetentionKernel.daysCounted)
      guard counts[index] > 0, day < RetentionKernel.daysKept else { return nil }
      return RetentionCell(
        dateMilliseconds: days.starts[cohort], day: day,
        visitors: counts[index - day], returnVisitors: counts[index])
    }
  }
}
