/// Counts the sessions that reach each step. `Steps` has a bit for every step.
struct FunnelKernel<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>: ReportKernel {
  private let stepCount: Int
  private let windowMilliseconds: Int64
  /// The steps that an event with a path matches.
  private let pathSteps: CodeBits<Steps>
  /// The steps that an event with a name matches.
  private let nameSteps: CodeBits<Steps>

  struct Partial {
    /// By step.
    var visitors: [Int]
    /// By row of the block: the steps that the event matches.
    fileprivate var matches: [Steps] = []
    fileprivate var walk: Walk
  }

  /// The way of the session in hand.
  fileprivate struct Walk: Sendable {
    var reached: Steps = 0
    /// By step: the time of the latest event that reached it.
    var reachedAt: [Int64]
    /// The steps that the events of the instant in hand match.
    var matches: Steps = 0
    var time: Int64 = 0
  }

  init(_ request: FunnelRequest, _ website: WebsiteColumns) {
    stepCount = request.steps.count
    windowMilliseconds = request.windowMilliseconds
    func steps(_ subject: Step.Subject, _ column: TextColumn) -> CodeBits<Steps> {
      CodeBits(request.steps.map { $0.subject == subject ? $0.pattern : nil }, website.dictionary(column))
    }
    pathSteps = steps(.path, .urlPath)
    nameSteps = steps(.event, .eventName)
  }

  func start() -> Partial {
    Partial(
      visitors: Array(repeating: 0, count: stepCount),
      walk: Walk(reachedAt: Array(repeating: .min, count: stepCount)))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    load(block, into: &partial.matches)
    var entered = 0
    for session in 0..<block.sessionCount {
      let rows = block.rows(ofSession: session)
      let steps = joined(partial.matches.span, rows)
      // Who is not at the second step gets no further than to the first, whatever the order.
      if steps & 0b11 == 0b11 {
        takeSession(rows, block, into: &partial)
      } else {
        entered += Int(steps & 1)
      }
    }
    partial.visitors[0] += entered
  }

  /// Writes the steps that the selected rows of `block` match to the start of `matches`.
  private func load(_ block: BlockRows, into matches: inout [Steps]) {
    let rows = block.block.rows
    reset(&matches, rows.count)
    block.partition[.urlPath].join(pathSteps, rows, into: &matches)
    block.partition[.eventName].join(nameSteps, rows, into: &matches)
    if !block.selection.isWhole { clear(&matches, rows.count, unless: block.selected) }
  }

  /// Follows a session that matches the first two steps.
  private func takeSession(_ rows: Range<Int>, _ block: BlockRows, into partial: inout Partial) {
    for row in rows where partial.matches[row] != 0 {
      see(partial.matches[row], at: block.time(row), &partial.walk)
    }
    finishSession(&partial)
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for step in partial.visitors.indices { partial.visitors[step] += other.visitors[step] }
  }

  /// Ties in time count whatever the order of arrival, so the events of one instant are taken together.
  private func see(_ matches: Steps, at time: Int64, _ walk: inout Walk) {
    if walk.matches != 0, time != walk.time { finishInstant(&walk) }
    walk.matches |= matches
    walk.time = time
  }

  /// Of the times at which the step before was reached, the latest leaves the most of the window.
  private func finishInstant(_ walk: inout Walk) {
    while walk.matches != 0 {
      let step = walk.matches.trailingZeroBitCount
      walk.matches &= walk.matches - 1
      if step > 0 {
        guard walk.reached & (1 << Steps(step - 1)) != 0,
          walk.time - walk.reachedAt[step - 1] <= windowMilliseconds
        else { continue }
      }
      walk.reached |= 1 << Steps(step)
      walk.reachedAt[step] = walk.time
    }
  }

  private func finishSession(_ partial: inout Partial) {
    finishInstant(&partial.walk)
    while partial.walk.reached != 0 {
      partial.visitors[partial.walk.reached.trailingZeroBitCount] += 1
      partial.walk.reached &= partial.walk.reached - 1
    }
  }
}
