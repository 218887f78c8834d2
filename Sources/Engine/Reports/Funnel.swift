/// How many visitors get from step to step in time ("funnel" in the reports' contract).
public struct FunnelRequest {
  public var scope: ReportScope
  public var steps: [Step]
  /// The time that a visitor has from each step to the next.
  public var windowMilliseconds: Int64

  public init(scope: ReportScope, steps: [Step], windowMilliseconds: Int64) {
    self.scope = scope
    self.steps = steps
    self.windowMilliseconds = windowMilliseconds
  }
}

/// A condition on an event, by its page or by its name.
public struct Step {
  public enum Subject: Sendable { case path, event }

  public var subject: Subject
  public var pattern: WildcardPattern

  public init(_ subject: Subject, _ pattern: WildcardPattern) {
    self.subject = subject
    self.pattern = pattern
  }

  /// The column that the step looks at.
  var column: TextColumn { subject == .path ? .urlPath : .eventName }
}

/// One step's part of a funnel.
public struct FunnelStep: Sendable, Equatable {
  /// Sessions with an event that reached the step.
  public let visitors: Int
  /// Those of the step before, 0 for the first step.
  public let previous: Int
  /// Those of the first step.
  public let entered: Int

  public var dropped: Int { previous == 0 ? 0 : previous - visitors }
  /// Nil where it would be a division by zero.
  public var dropoff: Double? { previous == 0 ? nil : 1 - Double(visitors) / Double(previous) }
  /// Nil where it would be a division by zero.
  public var remaining: Double? { entered == 0 ? nil : Double(visitors) / Double(entered) }
}

extension WebsiteColumns {
  /// The most steps that a funnel can have: one bit each.
  public static let maximumFunnelSteps = 64

  /// One result a step, in the order of the request.
  public func funnel(_ request: FunnelRequest) -> [FunnelStep] {
    precondition(request.steps.count <= Self.maximumFunnelSteps)
    let visitors = scan(request.scope, FunnelKernel(request, self)).visitors
    return visitors.indices.map { step in
      FunnelStep(
        visitors: visitors[step], previous: step == 0 ? 0 : visitors[step - 1], entered: visitors[0])
    }
  }
}

/// Counts the sessions that reach each step.
private struct FunnelKernel: ReportKernel {
  private let stepCount: Int
  private let windowMilliseconds: Int64
  /// By code: a bit for every step that an event with this path matches.
  private let pathSteps: [UInt64]
  /// By code: a bit for every step that an event with this name matches.
  private let nameSteps: [UInt64]

  struct Partial {
    /// By step.
    var visitors: [Int]
    /// The steps that each row of the block matches.
    var pathMatches: [UInt64] = []
    var nameMatches: [UInt64] = []
    /// By step: the time of the latest event of the session in hand that reached it.
    var reachedAt: [Int64]
  }

  init(_ request: FunnelRequest, _ website: WebsiteColumns) {
    stepCount = request.steps.count
    windowMilliseconds = request.windowMilliseconds
    pathSteps = Self.matches(request.steps, .path, website.dictionary(.urlPath))
    nameSteps = Self.matches(request.steps, .event, website.dictionary(.eventName))
  }

  private static func matches(
    _ steps: [Step], _ subject: Step.Subject, _ dictionary: TextDictionary
  ) -> [UInt64] {
    var matches = Array(repeating: UInt64(0), count: dictionary.count)
    for (index, step) in steps.enumerated() where step.subject == subject {
      for (code, isMatch) in dictionary.flags(step.pattern.matches).enumerated() where isMatch {
        matches[code] |= 1 << UInt64(index)
      }
    }
    return matches
  }

  func start() -> Partial {
    Partial(
      visitors: Array(repeating: 0, count: stepCount), reachedAt: Array(repeating: .min, count: stepCount))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    block.partition[.urlPath].look(up: pathSteps, block.block.rows, into: &partial.pathMatches)
    block.partition[.eventName].look(up: nameSteps, block.block.rows, into: &partial.nameMatches)
    for session in 0..<block.sessionCount {
      takeSession(block, block.rows(ofSession: session), into: &partial)
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for step in partial.visitors.indices { partial.visitors[step] += other.visitors[step] }
  }

  /// Ties in time count whatever the order of arrival, so the events of one instant are taken together.
  private func takeSession(_ block: BlockRows, _ rows: Range<Int>, into partial: inout Partial) {
    var reached: UInt64 = 0
    var row = rows.lowerBound
    while row < rows.upperBound {
      let time = block.times[row]
      var matches: UInt64 = 0
      while row < rows.upperBound, block.times[row] == time {
        if block.selected[row] { matches |= partial.pathMatches[row] | partial.nameMatches[row] }
        row += 1
      }
      if matches != 0 { reach(matches, at: time, &reached, &partial.reachedAt) }
    }
    while reached != 0 {
      partial.visitors[reached.trailingZeroBitCount] += 1
      reached &= reached - 1
    }
  }

  /// Of the times at which the step before was reached, the latest leaves the most of the window.
  private func reach(
    _ matches: UInt64, at time: Int64, _ reached: inout UInt64, _ reachedAt: inout [Int64]
  ) {
    var matches = matches
    while matches != 0 {
      let step = matches.trailingZeroBitCount
      matches &= matches - 1
      if step > 0 {
        guard reached & (1 << UInt64(step - 1)) != 0, time - reachedAt[step - 1] <= windowMilliseconds
        else { continue }
      }
      reached |= 1 << UInt64(step)
      reachedAt[step] = time
    }
  }
}
