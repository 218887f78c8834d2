/// Which events a traffic report counts as views. Defined in `Sources/Engine/Reports/README.md`, section
/// "traffic".
public enum CountedEvents: Sendable {
  /// All events but custom events.
  case views
  case custom
  case all
}

/// Which stays of one view are bounces.
public enum BounceRule: Sendable {
  /// Those in whose visit no custom event lies in range, whether or not it passes the filters.
  case engaged
  /// All.
  case single
  /// None.
  case none
}

/// The events that a traffic report looks at, and how it counts bounces.
public struct TrafficRequest {
  public var scope: ReportScope
  public var bounce: BounceRule

  public init(scope: ReportScope, bounce: BounceRule = .engaged) {
    self.scope = scope
    self.bounce = bounce
  }
}

/// The numbers of some events, grouped into stays: pairs of a session and a visit.
public struct TrafficNumbers: Sendable, Equatable {
  /// Events of the request's ``CountedEvents``.
  public var views = 0
  /// Distinct sessions.
  public var visitors = 0
  /// Distinct visits.
  public var visits = 0
  /// Stays of one view, by the request's ``BounceRule``.
  public var bounces = 0
  /// The sum over stays of the whole seconds from the first to the last view.
  public var totalSeconds: Int64 = 0
  /// Custom events.
  public var customEvents = 0

  public init(
    views: Int = 0, visitors: Int = 0, visits: Int = 0, bounces: Int = 0, totalSeconds: Int64 = 0,
    customEvents: Int = 0
  ) {
    self.views = views
    self.visitors = visitors
    self.visits = visits
    self.bounces = bounces
    self.totalSeconds = totalSeconds
    self.customEvents = customEvents
  }

  /// The average of the seconds of a visit in milliseconds, halves up; nil without visits.
  public var averageMilliseconds: Int64? {
    Engine.averageMilliseconds(ofSeconds: totalSeconds, visits: visits)
  }
}

extension WebsiteColumns {
  /// Returns the numbers of all views of a request, and the number of its custom events.
  public func trafficNumbers(_ request: TrafficRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> TrafficNumbers
  {
    try traffic(request, .views, countsCustomEvents: true, executor).numbers(of: 0)
  }

  /// Returns the numbers of all events of a kind.
  public func trafficNumbers(
    _ request: TrafficRequest, of events: CountedEvents, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> TrafficNumbers {
    try traffic(request, events, countsCustomEvents: events == .all, executor).numbers(of: 0)
  }

  /// Returns the number of distinct visitors with an event of a scope.
  public func visitorCount(_ scope: ReportScope, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> Int
  {
    try trafficNumbers(TrafficRequest(scope: scope, bounce: .none), of: .all, on: executor).visitors
  }

  /// Runs the kernel, and finds what it needs to know about visits that several sessions share.
  func traffic(
    _ request: TrafficRequest, _ events: CountedEvents, _ grouping: TrafficGrouping = TrafficGrouping(),
    countsCustomEvents: Bool = false, _ executor: ParallelExecutor
  ) throws(ReportError) -> TrafficCounts {
    let scope = try CompiledScope(request.scope, self, executor)
    let bounce = try BounceTest(request.bounce, in: scope.range, self, executor)
    let kernel = TrafficKernel(
      events: events, grouping: grouping, bounce: bounce, countsCustomEvents: countsCustomEvents,
      executor: executor)
    return TrafficCounts(scan(scope, executor, kernel), executor)
  }
}
