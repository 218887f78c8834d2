public import Calendar

/// Pageviews, visitors, visits, bounces and time on site, grouped by any fields. Defined in
/// `Sources/Engine/Reports/README.md`, section "insights".
public struct InsightsRequest {
  /// The events that count.
  public var scope: ReportScope
  /// What to group by; at least one.
  public var fields: [InsightsField]
  /// Which of the events of the scope are looked at; nil for pageviews.
  public var events: EventCondition?
  /// Whether each visit is in one row, by its values as a visit, and not each event by its own.
  public var isByVisit = false
  /// The calendar of fields of time.
  public var timeZone = TimeZoneRules.utc
  public var weekStart = WeekStart.monday
  /// Which stays are bounces.
  public var bounce = BounceRule.single
  /// The figures that the caller wants of each row. Only ``InsightsMetric/share`` takes more work than the others.
  public var metrics: [InsightsMetric] = []
  /// What the rows are ordered by, before the standard order.
  public var order: [Order] = []
  /// What rows must meet, all of it.
  public var having: [Condition] = []
  /// For each: how many visitors of a row have a matching event in range, whether it passes the filters or not.
  public var goals: [EventCondition] = []
  /// The maximum number of rows.
  public var limit = WebsiteColumns.defaultInsightsRows
  /// The number of first rows that are left out.
  public var offset = 0
  /// Whether to count all rows together that meet `having` and are not returned, and all that meet it.
  public var rest = false
  public var total = false
  /// If given, the rows are those with these values, in this order; the ones without events have zeros.
  public var rows: [[InsightsValue]]?
  /// Whether the standard order has visitors before views, and not the other way around.
  public var ordersByVisitors = false

  public init(scope: ReportScope, fields: [InsightsField]) {
    self.scope = scope
    self.fields = fields
  }

  /// Creates a request that groups by columns of the events.
  public init(scope: ReportScope, fields: [TextColumn]) {
    self.init(scope: scope, fields: fields.map { .dimension(.column($0)) })
  }

  public struct Order: Sendable {
    public enum Key: Sendable {
      /// By the index in the request's fields.
      case field(Int)
      case metric(InsightsMetric)
    }

    public var key: Key
    public var isDescending: Bool

    public init(by key: Key, isDescending: Bool) { (self.key, self.isDescending) = (key, isDescending) }
  }

  /// A comparison of a metric with a number.
  public struct Condition: Sendable {
    public enum Operator: Sendable {
      case isGreater, isGreaterOrEqual, isLess, isLessOrEqual, isEqual, isNotEqual
    }

    public var metric: InsightsMetric
    public var comparison: Operator
    public var bound: Double

    public init(_ metric: InsightsMetric, _ comparison: Operator, _ bound: Double) {
      (self.metric, self.comparison, self.bound) = (metric, comparison, bound)
    }
  }
}

/// What insights can be grouped by.
public enum InsightsField: Sendable, Equatable {
  /// A value of the event or, by visit, of the visit: that of its first event in range. A visit has no properties.
  case dimension(Dimension)
  /// The calendar unit in which the event is or, by visit, the first event of the visit that is looked at.
  case unit(CalendarUnit)
  /// The hour of the clock, 0…23, at the same instant.
  case hour
  /// The day of the week, from 1 (Monday) to 7, at the same instant.
  case weekday
}

/// The value of a field.
public enum InsightsValue: Sendable, Equatable {
  case text(String)
  /// An hour or a weekday.
  case number(Int)
  /// The start of a unit, in milliseconds since 1970.
  case instant(Int64)
}

/// A figure of a row.
public enum InsightsMetric: Sendable {
  case views, visitors, visits, bounces, totalSeconds, events
  /// Bounces, views and seconds divided by visits; the seconds in whole milliseconds.
  case bounceRate, viewsPerVisit, averageSeconds
  /// Visitors divided by those of all rows together, before `having`.
  case share
}
