import Calendar

/// Counts the sessions that reach each step. `Steps` has a bit for every step.
struct SimpleFunnelKernel<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>:
  ReportKernel
{
  private let stepCount: Int
  private let windowMilliseconds: Int64
  private let steps: CompiledMatchers<Steps>

  struct State {
    /// By step.
    var visitors: [Int]
    /// By row of the block: the steps that the event matches.
    fileprivate var matches: [Steps] = []
    fileprivate var steps: CompiledMatchers<Steps>
    /// By step: the time, as an offset, of the current session's latest event that reached it.
    fileprivate var reachedAt: [Int64]
  }

  init(
    _ request: SimpleFunnelRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    stepCount = request.steps.count
    windowMilliseconds = request.windowMilliseconds
    steps = try CompiledMatchers(request.steps, in: request.scope, website, executor)
  }

  func start() -> State {
    State(
      visitors: Array(repeating: 0, count: stepCount), steps: steps,
      reachedAt: Array(repeating: 0, count: stepCount))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    state.steps.load(block, into: &state.matches)
    switch block.partition.times.offsets {
    case .four(let column): accumulateSessions(of: block, column.span, &state)
    case .eight(let column): accumulateSessions(of: block, column.span, &state)
    }
  }

  /// Follows the sessions of a block, whose matches have been loaded.
  private func accumulateSessions<Offset: FixedWidthInteger & UnsignedInteger>(
    of block: BlockRows, _ offsets: Span<Offset>, _ state: inout State
  ) {
    let (allMatches, sessionStarts) = (state.matches, block.partition.sessionStarts)
    let (matches, starts) = (allMatches.span, sessionStarts.span)
    let firstRow = block.block.rows.lowerBound
    let window = windowMilliseconds.floorDivided(by: block.partition.times.unitMilliseconds).quotient
    var entered = 0
    for session in block.block.sessions {
      let rows = Int(starts[session])..<Int(starts[session + 1])
      let rowsOfBlock = rows.lowerBound - firstRow..<rows.upperBound - firstRow
      let steps = allBits(matches, rowsOfBlock)
      // A session without a match of the second step reaches at most the first, in whatever order its events
      // come.
      if steps & 0b11 == 0b11 {
        let reached = follow(
          matches.extracting(rowsOfBlock), offsets.extracting(rows), window, &state.reachedAt)
        reached.forEachSetBit { state.visitors[$0] += 1 }
      } else {
        entered += Int(steps & 1)
      }
    }
    state.visitors[0] += entered
  }

  func merge(_ other: State, into state: inout State) {
    for step in state.visitors.indices { state.visitors[step] += other.visitors[step] }
  }

  /// Returns the steps that a session with these events reaches. Input order must not decide ties in time, so
  /// the events of one instant are processed together.
  ///
  /// - Parameter window: In the unit of the offsets.
  private func follow<Offset: FixedWidthInteger & UnsignedInteger>(
    _ matches: Span<Steps>, _ offsets: Span<Offset>, _ window: Int64, _ reachedAt: inout [Int64]
  ) -> Steps {
    var reachedAt = reachedAt.mutableSpan
    var reached: Steps = 0
    var row = 0
    while row < matches.count {
      var steps = matches[row]
      row += 1
      if steps == 0 { continue }
      let offset = offsets[row - 1]
      while row < matches.count, offsets[row] == offset {
        steps |= matches[row]
        row += 1
      }
      let time = Int64(truncatingIfNeeded: offset)
      while steps != 0 {
        let step = steps.trailingZeroBitCount
        steps &= steps - 1
        if step == 0 || reached >> Steps(step - 1) & 1 != 0 && time - reachedAt[step - 1] <= window {
          // Of all times at which a step was reached, the latest leaves the most of the window.
          reached |= 1 << Steps(step)
          reachedAt[step] = time
        }
      }
    }
    return reached
  }
}
