public import Calendar

/// How many visitors return in later units of time. Defined in `Sources/Engine/Reports/README.md`, section
/// "retention".
public struct RetentionRequest {
  /// Which units of a visitor make it a member of a cohort.
  public enum Cohorts: String, CaseIterable, Sendable {
    /// The unit of its first start event.
    case first
    /// Every unit in which it has a start event.
    case every
  }

  /// When a visitor counts as returned.
  public enum Criterion: String, CaseIterable, Sendable {
    /// With a return event in the unit.
    case on
    /// With a return event in the unit or a later one.
    case onOrAfter
  }

  /// Divides the members of cohorts by a value of their start event, or of its visit.
  public struct Breakdown: Sendable {
    public var dimension: Dimension
    /// The number of values with a table of their own, those with the most members.
    public var limit: Int
    /// Whether all other values have a table together.
    public var rest: Bool

    public init(by dimension: Dimension, limit: Int, rest: Bool) {
      (self.dimension, self.limit, self.rest) = (dimension, limit, rest)
    }
  }

  /// The events that count.
  public var scope: ReportScope
  /// The zone of the calendar units.
  public var timeZone: TimeZoneRules
  /// The units of cohorts and periods; not minutes.
  public var unit = CalendarUnit.day
  public var weekStart = WeekStart.monday
  /// The number of periods after the cohort's own unit.
  public var periods = 31
  /// The events that make a visitor a member of a cohort; nil: every event.
  public var start: EventCondition?
  /// The events with which a visitor returns; nil: every event.
  public var returns: EventCondition?
  public var cohorts = Cohorts.first
  public var criterion = Criterion.on
  /// The currency of the amounts to sum up; nil if no amounts are asked for.
  public var currency: String?
  public var breakdown: Breakdown?
  /// A table with more rows than this is not wanted. One that would have more may be incomplete, but still has more.
  public var maximumRows = Int.max

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

  package init(dateMilliseconds: Int64, day: Int, visitors: Int, returnVisitors: Int) {
    self.dateMilliseconds = dateMilliseconds
    self.day = day
    self.visitors = visitors
    self.returnVisitors = returnVisitors
  }

  /// `returnVisitors` of `visitors`, 0 to 100.
  public var percentage: Double { Double(returnVisitors) * 100 / Double(visitors) }
}

/// A table for all members of cohorts, and one for each value of the breakdown.
public struct RetentionReport: Sendable {
  public let table: RetentionTable
  /// By members descending, then by value; the rest comes last. Empty if no breakdown was asked for.
  public let groups: [Group]

  package init(table: RetentionTable, groups: [Group]) {
    self.table = table
    self.groups = groups
  }

  public struct Group: Sendable {
    /// Nil for the rest.
    public let value: String?
    public let table: RetentionTable

    package init(value: String?, table: RetentionTable) {
      self.value = value
      self.table = table
    }
  }

  /// The number of rows of all tables.
  public func rowCount(isDense: Bool) -> Int {
    groups.reduce(table.rowCount(isDense: isDense)) { $0 + $1.table.rowCount(isDense: isDense) }
  }
}

extension WebsiteColumns {
  /// Returns plain retention: the days with a returning visitor, by date, then by day. The request must not have options.
  public func retention(_ request: RetentionRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> [RetentionCell]
  {
    let scope = try CompiledScope(request.scope, self, executor)
    let days = RetentionUnits(request, scope, self, executor)
    let kernel = RetentionKernel(days, unitsKept: request.periods + 1)
    let counts = scan(scope, executor, kernel).counts
    var cells: [RetentionCell] = []
    executor.forEach(0..<days.count) { cohort in
      let first = cohort * kernel.unitsCounted
      if counts[first] == 0 { return }
      for day in 0..<kernel.unitsKept where counts[first + day] > 0 {
        cells.append(
          RetentionCell(
            dateMilliseconds: days.starts[cohort], day: day, visitors: counts[first],
            returnVisitors: counts[first + day]))
      }
    }
    return cells
  }

  /// Returns the tables of a request.
  public func retentionReport(
    _ request: RetentionRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> RetentionReport {
    let scope = try CompiledScope(request.scope, self, executor)
    let units = RetentionUnits(request, scope, self, executor)
    let layout = RetentionLayout(units, request, slots: 1)
    if request.countsEveryEventOnce, layout.isListed {
      let kernel = RetentionKernel(units, unitsKept: layout.columns)
      let counts = scan(scope, executor, kernel).counts
      var cells: [RetentionTable.CellCount] = []
      executor.forEach(0..<units.count) { cohort in
        let (first, cell) = (cohort * kernel.unitsCounted, cohort * layout.columns)
        if counts[first] == 0 { return }
        for column in 0..<layout.columns where counts[first + column] > 0 {
          cells.append((cell + column, counts[first + column]))
        }
      }
      return RetentionReport(
        table: RetentionTable(request, units, layout, cells, sums: [], executor), groups: [])
    }
    return try membersReport(request, scope, units, executor)
  }
}

extension RetentionRequest {
  /// Whether it is enough to count each unit of a visitor once.
  fileprivate var countsEveryEventOnce: Bool {
    start == nil && returns == nil && cohorts == .first && criterion == .on && currency == nil
      && breakdown == nil
  }
}
