/// A funnel with options: rules for its chains of events, and what else is told about them. Defined in
/// `Sources/Engine/Reports/README.md`, section "funnel".
public struct FunnelRequest: Sendable {
  /// The events that count.
  public var scope: ReportScope
  /// In order; from 2 to ``WebsiteColumns/maximumFunnelSteps``.
  public var steps: [EventMatcher]
  /// By step: the rules of a link into it. Those of the first step are not looked at.
  public var links: [FunnelLink]
  /// The maximum time from the first event of a chain to its last; nil if there is no bound.
  public var totalWindowMilliseconds: Int64?
  public var order = FunnelOrder.inTime
  /// Whether an event can be at only one step of a chain.
  public var isDistinct = false
  /// At most ``WebsiteColumns/maximumFunnelExclusions``.
  public var exclusions: [FunnelExclusion] = []
  /// Whether all events of a chain belong to one visit.
  public var staysInVisit = false
  /// Whether chains may begin at any step.
  public var isOpen = false
  public var breakdown: FunnelBreakdown?
  public var hasTiming = false
  /// The units of time by which the visitors who enter are counted; nil if they are not.
  public var trend: SeriesUnits?
  /// The number of items that are listed after each step; nil if none are asked for.
  public var nextLimit: Int?

  public init(scope: ReportScope, steps: [EventMatcher], links: [FunnelLink]) {
    precondition(steps.count == links.count)
    self.scope = scope
    self.steps = steps
    self.links = links
  }
}

/// The rules of a link from an event of one step to an event of a later step.
public struct FunnelLink: Sendable {
  /// The maximum time between the events; nil if there is no bound.
  public var windowMilliseconds: Int64?
  /// The minimum time between the events.
  public var minimumWaitMilliseconds: Int64
  /// Whether a chain may leave out the step into which the link leads. Never the first or last step.
  public var isOptional: Bool

  public init(windowMilliseconds: Int64?, minimumWaitMilliseconds: Int64 = 0, isOptional: Bool = false) {
    self.windowMilliseconds = windowMilliseconds
    self.minimumWaitMilliseconds = minimumWaitMilliseconds
    self.isOptional = isOptional
  }
}

/// How the events of a chain follow each other.
public enum FunnelOrder: Sendable {
  /// By time, with any other events between them.
  case inTime
  /// Without another event between them.
  case strict
  /// In any order: the number of different steps decides.
  case any
}

/// Events that must not lie between two events of a chain.
public struct FunnelExclusion: Sendable {
  public var matcher: EventMatcher
  /// The first and the last of the steps between which they must not lie, counted from 0. The first is before the last.
  public var steps: ClosedRange<Int>

  public init(_ matcher: EventMatcher, between steps: ClosedRange<Int>) {
    (self.matcher, self.steps) = (matcher, steps)
  }
}

/// By which value of its visitors a funnel is divided.
public struct FunnelBreakdown: Sendable {
  /// The value is that of an event of the visitor's witness, or that of a visit.
  public enum Place: Sendable {
    case firstEvent, lastEvent
    /// The visit of the witness's first event.
    case visit
  }

  public var dimension: Dimension
  public var place: Place
  /// The number of values that have a row.
  public var limit: Int
  /// Whether all other values have a row together.
  public var hasRest: Bool

  public init(by dimension: Dimension, at place: Place, limit: Int, hasRest: Bool) {
    (self.dimension, self.place, self.limit, self.hasRest) = (dimension, place, limit, hasRest)
  }
}

/// The result of a funnel with options.
public struct FunnelResult: Sendable, Equatable {
  /// In the order of the request.
  public var steps: [FunnelStep]
  /// By visitors of the first step descending, then by value; the rest comes last. Nil if it was not asked for.
  public var breakdown: [FunnelRow]?
  /// Every unit of the range, by time. Nil if it was not asked for.
  public var trend: [FunnelBucket]?

  package init(steps: [FunnelStep], breakdown: [FunnelRow]? = nil, trend: [FunnelBucket]? = nil) {
    (self.steps, self.breakdown, self.trend) = (steps, breakdown, trend)
  }
}

/// The funnel of the visitors with one value.
public struct FunnelRow: Sendable, Equatable {
  /// Nil for the rest.
  public let value: String?
  public let steps: [FunnelStep]

  package init(value: String?, steps: [FunnelStep]) { (self.value, self.steps) = (value, steps) }
}

/// The visitors who entered a funnel in one unit of time.
public struct FunnelBucket: Sendable, Equatable {
  /// The first instant of the unit, in milliseconds since 1970.
  public let startMilliseconds: Int64
  /// The visitors with an event of the first step in the unit.
  public let entered: Int
  /// Those of them with a chain to the last step that begins in the unit.
  public let converted: Int
  /// Whether all events that could change the numbers are in range.
  public let isComplete: Bool

  package init(startMilliseconds: Int64, entered: Int, converted: Int, isComplete: Bool) {
    (self.startMilliseconds, self.entered) = (startMilliseconds, entered)
    (self.converted, self.isComplete) = (converted, isComplete)
  }

  /// Nil if nobody entered.
  public var rate: Double? { entered == 0 ? nil : Double(converted) / Double(entered) }
}

/// The times from step to step of the visitors whose witness includes a step.
public struct FunnelTiming: Sendable, Equatable {
  public let fromPrevious: FunnelTimes
  public let fromFirst: FunnelTimes

  package init(fromPrevious: FunnelTimes, fromFirst: FunnelTimes) {
    (self.fromPrevious, self.fromFirst) = (fromPrevious, fromFirst)
  }
}

/// A distribution of times in milliseconds; all but the count are nil if it is 0.
public struct FunnelTimes: Sendable, Equatable {
  public let count: Int
  public let minimum: Int64?
  public let average: Int64?
  public let median: Int64?
  /// The 90th percentile.
  public let p90: Int64?
  public let maximum: Int64?

  package init(
    count: Int, minimum: Int64?, average: Int64?, median: Int64?, p90: Int64?, maximum: Int64?
  ) {
    (self.count, self.minimum, self.average) = (count, minimum, average)
    (self.median, self.p90, self.maximum) = (median, p90, maximum)
  }
}

/// What visitors did after the last step that they reached.
public struct FunnelNext: Sendable, Equatable {
  /// The name or the path of the next event; nil if there is none.
  public let item: String?
  public let visitors: Int

  package init(item: String?, visitors: Int) { (self.item, self.visitors) = (item, visitors) }
}

extension WebsiteColumns {
  /// The maximum number of exclusions of a funnel: each needs one bit.
  public static let maximumFunnelExclusions = 16

  /// Computes a funnel with options.
  ///
  /// If it has a trend, its units must divide the range into at most ``maximumUnits``.
  public func funnel(_ request: FunnelRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> FunnelResult
  {
    precondition(request.steps.count <= Self.maximumFunnelSteps)
    precondition(request.exclusions.count <= Self.maximumFunnelExclusions)
    if let window = request.onlyWindowMilliseconds {
      let plain = SimpleFunnelRequest(
        scope: request.scope, steps: request.steps, windowMilliseconds: window)
      return FunnelResult(steps: try funnel(plain, on: executor))
    }
    // Nearly every funnel fits eight bits a row, which are faster to fill and to scan.
    let fitsByte = max(request.steps.count, request.exclusions.count) <= UInt8.bitWidth
    return fitsByte
      ? try FunnelKernel<UInt8>(request, self, executor).result(request, self, executor)
      : try FunnelKernel<UInt64>(request, self, executor).result(request, self, executor)
  }
}

extension FunnelRequest {
  /// The window of a funnel that has no other options; nil if it has some.
  fileprivate var onlyWindowMilliseconds: Int64? {
    guard totalWindowMilliseconds == nil, order == .inTime, exclusions.isEmpty, breakdown == nil,
      trend == nil, nextLimit == nil, !isDistinct, !staysInVisit, !isOpen, !hasTiming,
      let window = links.last?.windowMilliseconds
    else { return nil }
    let isUniform = links.dropFirst().allSatisfy {
      $0.windowMilliseconds == window && $0.minimumWaitMilliseconds == 0 && !$0.isOptional
    }
    return isUniform ? window : nil
  }
}
