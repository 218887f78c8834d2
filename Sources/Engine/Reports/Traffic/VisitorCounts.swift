/// Counts the distinct sessions with a view of each code of a column.
struct VisitorCounts: ReportKernel {
  let column: TextColumn
  let codeCount: Int
  /// Leaves out rows, as ``CompiledDimension/clearOwnReferrers(_:_:)`` does.
  let dimension: CompiledDimension

  struct Count: Sendable {
    var visitors = 0
    /// The session that was counted last.
    fileprivate var latest = -1
  }

  struct State: Sendable {
    /// By code.
    var counts: [Count]
    fileprivate var flags: [Bool] = []
    fileprivate var marks = SessionMarks()
    /// The number of the last session of the block before.
    fileprivate var session = 0
  }

  func start() -> State { State(counts: Array(repeating: Count(), count: codeCount)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    block.mark(.views, into: &state.flags)
    dimension.clearOwnReferrers(block, &state.flags)
    state.marks.load(block)
    switch block.partition[column] {
    case .one(let codes): count(codes.span.extracting(block.block.rows), &state)
    case .two(let codes): count(codes.span.extracting(block.block.rows), &state)
    case .four(let codes): count(codes.span.extracting(block.block.rows), &state)
    }
  }

  func merge(_ other: State, into state: inout State) {
    for code in state.counts.indices { state.counts[code].visitors += other.counts[code].visitors }
  }

  private func count<Code: FixedWidthInteger>(_ codes: Span<Code>, _ state: inout State) {
    let (flags, starts) = (state.flags, state.marks.flags)
    let (isView, startsSession) = (flags.bytes, starts.bytes)
    var session = state.session
    var counts = state.counts.mutableSpan
    precondition(isView.count >= codes.count && startsSession.count >= codes.count)
    for row in 0..<codes.count {
      session &+= Int(startsSession[unchecked: row])
      let code = Int(codes[unchecked: row])
      let latest = counts[code].latest
      // All bits are set if the row is a view.
      let mask = 0 &- Int(isView[unchecked: row])
      counts[code].visitors &+= Int(one: latest != session) & mask
      counts[code].latest = latest ^ ((latest ^ session) & mask)
    }
    state.session = session
  }
}
