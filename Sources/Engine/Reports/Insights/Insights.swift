/// The rows of insights, and what they add up to.
public struct Insights: Sendable, Equatable {
  /// By the request's order, then by views descending, visitors descending, then the values by name.
  public let rows: [InsightsRow]
  /// The number of all rows that meet `having`; 0 unless the request asks for the rest or the total.
  public let count: Int
  /// The figures of all rows that meet `having` and are not among ``rows``; nil if there are none, or if the request does
  /// not ask for them.
  public let rest: InsightsNumbers?
  /// The figures of all rows that meet `having`; nil if the request does not ask for them.
  public let total: InsightsNumbers?
  /// The visitors of all rows together, before `having`; 0 unless the request asks for shares.
  public let allVisitors: Int

  package init(
    rows: [InsightsRow], count: Int, rest: InsightsNumbers?, total: InsightsNumbers?, allVisitors: Int
  ) {
    self.rows = rows
    self.count = count
    self.rest = rest
    self.total = total
    self.allVisitors = allVisitors
  }
}

/// The figures of one group: the events with the same values in all fields.
public struct InsightsRow: Sendable, Equatable {
  /// One for each field of the request, in its order.
  public let values: [InsightsValue]
  public let numbers: InsightsNumbers

  package init(values: [InsightsValue], numbers: InsightsNumbers) {
    self.values = values
    self.numbers = numbers
  }
}

/// The figures of events that are looked at. A stay is a pair of a session and a visit, and by visit a visit.
public struct InsightsNumbers: Sendable, Equatable {
  public var events = 0
  /// The pageviews among the events.
  public var views = 0
  /// Distinct sessions.
  public var visitors = 0
  /// Distinct visits.
  public var visits = 0
  /// Stays of exactly one event, by the request's ``BounceRule``.
  public var bounces = 0
  /// The sum over stays of the whole seconds from the first to the last event.
  public var totalSeconds: Int64 = 0
  /// For each goal: the visitors with a matching event.
  public var goalVisitors: [Int] = []

  public init() {}
}

extension InsightsNumbers {
  /// Returns a metric; nil if it has no divisor.
  ///
  /// - Parameter allVisitors: Of all rows together.
  public func value(_ metric: InsightsMetric, allVisitors: Int) -> Double? {
    func quotient(_ part: Int, _ whole: Int) -> Double? { whole == 0 ? nil : Double(part) / Double(whole) }
    return switch metric {
    case .views: Double(views)
    case .visitors: Double(visitors)
    case .visits: Double(visits)
    case .bounces: Double(bounces)
    case .totalSeconds: Double(totalSeconds)
    case .events: Double(events)
    case .bounceRate: quotient(bounces, visits)
    case .viewsPerVisit: quotient(views, visits)
    case .averageSeconds: averageMilliseconds.map { Double($0) / 1000 }
    case .share: quotient(visitors, allVisitors)
    }
  }

  /// The average of the seconds of a visit in milliseconds, halves up; nil without visits.
  public var averageMilliseconds: Int64? {
    Engine.averageMilliseconds(ofSeconds: totalSeconds, visits: visits)
  }
}

extension WebsiteColumns {
  /// The maximum number of rows of a request that asks for no number.
  public static let defaultInsightsRows = 500

  /// Groups the events of a request, and counts each group.
  public func insights(_ request: InsightsRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> Insights
  {
    var request = request
    // What is the same is read faster.
    if case .eventType(EventType.pageview) = request.events { request.events = nil }
    var reportScope = request.scope
    if let events = request.events, !events.holdsAlways { reportScope.conditions.append(events) }
    let scope = try CompiledScope(reportScope, self, executor)
    let bounce = try BounceTest(request.bounce, in: scope.range, self, executor)
    let grouping = try InsightsGrouping(request, scope, bounce, self, executor)
    let goals = try InsightsGoals(request.goals, in: request.scope, self, executor)
    let kernel = InsightsKernel(
      grouping: grouping, bounce: bounce, goals: goals, countsAllVisitors: request.usesShares,
      executor: executor)
    let table = InsightsTable(request, scan(scope, executor, kernel), grouping, executor)
    let selection = table.selection(executor)
    var (rest, total): (InsightsNumbers?, InsightsNumbers?)
    if request.total || request.rest && !selection.rest.isEmpty {
      let unions = scan(
        scope, executor,
        InsightsUnionKernel(
          grouping: grouping, goals: goals, groups: table.groups,
          sets: table.sets([selection.rest, selection.kept], executor)))
      if request.rest, !selection.rest.isEmpty {
        rest = table.sum(selection.rest, unions.union(0), executor)
      }
      if request.total { total = table.sum(selection.kept, unions.union(1), executor) }
    }
    return Insights(
      rows: selection.rows, count: selection.kept.count, rest: rest, total: total,
      allVisitors: table.allVisitors)
  }
}

extension EventCondition {
  fileprivate var holdsAlways: Bool {
    if case .all(let conditions) = self { conditions.isEmpty } else { false }
  }
}

extension InsightsRequest {
  /// Whether any row needs to know the visitors of all rows together.
  package var usesShares: Bool {
    metrics.contains(.share) || having.contains { $0.metric == .share }
      || order.contains { order in
        if case .metric(.share) = order.key { true } else { false }
      }
  }
}
