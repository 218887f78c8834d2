/// How many visitors get from step to step in time. Defined in `Sources/Engine/Reports/README.md`, section
/// "funnel".
public struct SimpleFunnelRequest {
  /// The events that count.
  public var scope: ReportScope
  /// In order; at most ``WebsiteColumns/maximumFunnelSteps``.
  public var steps: [EventMatcher]
  /// The maximum time from each step to the next.
  public var windowMilliseconds: Int64

  public init(scope: ReportScope, steps: [EventMatcher], windowMilliseconds: Int64) {
    self.scope = scope
    self.steps = steps
    self.windowMilliseconds = windowMilliseconds
  }
}

/// The result of one step of a funnel.
public struct FunnelStep: Sendable, Equatable {
  /// The sessions with an event that reached the step.
  public let visitors: Int
  /// The visitors of the last step before that is not optional, 0 for the first step.
  public let previous: Int
  /// The visitors of the first step.
  public let entered: Int
  /// If chains may begin at any step: the visitors who came from the step before.
  public var continued: Int?
  /// If chains stay in a visit: the visits that reached the step.
  public var visits: Int?
  /// Nil if it was not asked for, and for the first step.
  public var timing: FunnelTiming?
  /// Nil if it was not asked for, and for the last step.
  public var next: [FunnelNext]?

  package init(visitors: Int, previous: Int, entered: Int, continued: Int? = nil, visits: Int? = nil) {
    (self.visitors, self.previous, self.entered) = (visitors, previous, entered)
    (self.continued, self.visits) = (continued, visits)
  }

  /// How many visitors of the previous step did not reach this one; 0 for the first step.
  public var dropped: Int { previous == 0 ? 0 : previous - (continued ?? visitors) }
  /// Nil if the division would be by zero.
  public var dropoff: Double? { previous == 0 ? nil : 1 - Double(continued ?? visitors) / Double(previous) }
  /// Nil if the division would be by zero.
  public var remaining: Double? { entered == 0 ? nil : Double(visitors) / Double(entered) }
}

extension WebsiteColumns {
  /// The maximum number of steps: each needs one bit.
  public static let maximumFunnelSteps = 64

  /// Returns one result for each step, in the order of the request.
  public func funnel(_ request: SimpleFunnelRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> [FunnelStep]
  {
    precondition(request.steps.count <= Self.maximumFunnelSteps)
    // Nearly every funnel fits eight bits a row, which are faster to fill and to scan.
    let visitors =
      request.steps.count <= UInt8.bitWidth
      ? try scan(request.scope, executor, try SimpleFunnelKernel<UInt8>(request, self, executor)).visitors
      : try scan(request.scope, executor, try SimpleFunnelKernel<UInt64>(request, self, executor)).visitors
    return visitors.indices.map { step in
      FunnelStep(
        visitors: visitors[step], previous: step == 0 ? 0 : visitors[step - 1], entered: visitors[0])
    }
  }
}
