/// The instants from `start` to `end`, both included, in milliseconds since 1970.
public struct InstantRange: Equatable, Sendable {
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

  /// The range of one instant.
  public init(at instant: Int64) { (start, end) = (instant, instant) }

  /// All instants.
  public static let always = InstantRange(first: .min, last: .max)

  private init(first: Int64, last: Int64) { (start, end) = (first, last) }

  func contains(_ time: Int64) -> Bool { start <= time && time <= end }
  func contains(_ times: ClosedRange<Int64>) -> Bool { start <= times.lowerBound && times.upperBound <= end }
  func overlaps(_ times: ClosedRange<Int64>) -> Bool { start <= times.upperBound && times.lowerBound <= end }
}

/// The events that a report scans: those in a range of time that meet all conditions.
public struct ReportScope: Sendable {
  /// When the events were.
  public var range: InstantRange
  /// What the events must all meet.
  public var conditions: [EventCondition]
  /// The list by which sources are assigned to channels. Only needed if a condition or an option of the report is about channels.
  public var sourceCategories: SourceCategories

  public init(
    range: InstantRange, conditions: [EventCondition], sourceCategories: SourceCategories = SourceCategories()
  ) {
    self.range = range
    self.conditions = conditions
    self.sourceCategories = sourceCategories
  }

  /// Creates a scope whose conditions are all about text columns.
  public init(range: InstantRange, filters: [Filter] = []) {
    self.init(range: range, conditions: filters.map { .column($0) })
  }
}
