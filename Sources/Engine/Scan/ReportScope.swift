/// The instants from `start` to `end`, both included, in milliseconds since 1970.
public struct InstantRange: Sendable {
  /// The first instant.
  public let start: Int64
  /// The last instant; not before `start`.
  public let end: Int64

  /// Fails if the end is before the start.
  public init?(start: Int64, end: Int64) {
    guard start <= end else { return nil }
    self.start = start
    self.end = end
  }

  func contains(_ time: Int64) -> Bool { start <= time && time <= end }
  func contains(_ times: ClosedRange<Int64>) -> Bool { start <= times.lowerBound && times.upperBound <= end }
  func overlaps(_ times: ClosedRange<Int64>) -> Bool { start <= times.upperBound && times.lowerBound <= end }
}

/// The events that a report scans: those in a range of time that pass all filters.
public struct ReportScope {
  /// When the events were.
  public let range: InstantRange
  /// What the events must all pass.
  public let filters: [Filter]

  public init(range: InstantRange, filters: [Filter] = []) {
    self.range = range
    self.filters = filters
  }
}
