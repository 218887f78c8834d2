/// Counts the distinct sessions with a view of each code of a dimension.
struct VisitorCounts: ReportKernel {
  let dimension: CompiledDimension
  let codeCount: Int

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
    fileprivate var order = VisitOrder()
    fileprivate var scratch = DimensionCodes()
    fileprivate var codes: [UInt32] = []
    /// Codes that a session has, which may come several times; see `list`.
    fileprivate var listed: [UInt64] = []
    /// Sessions of the blocks so far have numbers up to this.
    fileprivate var base = 0
  }

  func start() -> State { State(counts: Array(repeating: Count(), count: codeCount)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if block.selection.selectsWholeVisits, block.partition.sharedVisits.isEmpty,
      let codes = dimension.codesOfStays(block)
    {
      return countStays(block, codes.column, isFirst: codes.isFirst, &state)
    }
    block.mark(.views, into: &state.flags)
    dimension.clearOwnReferrers(block, &state.flags)
    guard let codes = dimension.codesOfRows(block) else { return countOrdered(block, &state) }
    state.marks.load(block)
    extend(&state.listed, to: block.count, with: 0)
    let count =
      switch codes {
      case .one(let codes): list(codes.span.extracting(block.block.rows), &state)
      case .two(let codes): list(codes.span.extracting(block.block.rows), &state)
      case .four(let codes): list(codes.span.extracting(block.block.rows), &state)
      }
    countListed(count, &state)
  }

  func merge(_ other: State, into state: inout State) {
    for code in state.counts.indices { state.counts[code].visitors += other.counts[code].visitors }
  }

  /// Lists the session and the code of each view that differ from those of the view before, and returns how many there
  /// are. Most views of a visitor have the same country, and counting the same code twice in a row stalls the processor.
  private func list<Code: FixedWidthInteger>(_ codes: Span<Code>, _ state: inout State) -> Int {
    let (flags, starts) = (state.flags, state.marks.flags)
    let (isView, startsSession) = (flags.bytes, starts.bytes)
    var session = UInt64(state.base)
    var latest = UInt64.max
    var listed = state.listed.mutableSpan
    precondition(
      isView.count >= codes.count && startsSession.count >= codes.count && listed.count >= codes.count)
    var count = 0
    for row in 0..<codes.count {
      session &+= UInt64(startsSession[unchecked: row])
      let pair = session << 32 | UInt64(truncatingIfNeeded: codes[unchecked: row])
      // Sound: `count` is at most `row`. All bits of the mask are set if the row is a view.
      listed[unchecked: count] = pair
      let mask = 0 &- UInt64(isView[unchecked: row])
      count &+= Int(one: pair != latest) & Int(truncatingIfNeeded: mask)
      latest ^= (latest ^ pair) & mask
    }
    state.base = Int(session)
    return count
  }

  private func countListed(_ count: Int, _ state: inout State) {
    let listed = state.listed
    var counts = state.counts.mutableSpan
    for index in 0..<count {
      let pair = listed[index]
      Self.count(Int(pair >> 32), &counts[Int(pair & 0xFFFF_FFFF)])
    }
  }

  /// Counts the stays of a block of whose visits all views are selected, or none. A stay has the code of its first or
  /// last view.
  private func countStays(_ block: BlockRows, _ codes: CodeColumn, isFirst: Bool, _ state: inout State) {
    let stays = block.partition.viewStays
    switch codes {
    case .one(let codes): countStays(block, stays, codes.span, isFirst, &state)
    case .two(let codes): countStays(block, stays, codes.span, isFirst, &state)
    case .four(let codes): countStays(block, stays, codes.span, isFirst, &state)
    }
  }

  private func countStays<Code: FixedWidthInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ codes: Span<Code>, _ isFirst: Bool, _ state: inout State
  ) {
    let (rows, flags) = ((isFirst ? stays.firstRows : stays.lastRows).span, stays.flags.span)
    let (selectedRows, firstRow, isWhole) = (
      block.selected, block.block.rows.lowerBound, block.selection.isWhole
    )
    let selected = selectedRows.span
    var session = state.base
    var counts = state.counts.mutableSpan
    for stay in stays.range(of: block.block, in: block.partition) {
      session &+= Int(flags[stay] & ViewStays.beginsSession)
      let row = Int(rows[stay])
      if !isWhole, !selected[row - firstRow] { continue }
      Self.count(session, &counts[Int(codes[row])])
    }
    state.base = session
  }

  /// Counts the views of a block visit by visit.
  private func countOrdered(_ block: BlockRows, _ state: inout State) {
    state.order.load(block, where: state.flags)
    dimension.copy(block, state.order, &state.scratch, to: &state.codes)
    let (codes, sessions) = (state.codes, state.order.sessions)
    for index in 0..<state.order.count {
      Self.count(state.base + 1 + Int(sessions[index]), &state.counts[Int(codes[index])])
    }
    state.base += block.count
  }

  @inline(__always)
  private static func count(_ session: Int, _ count: inout Count) {
    count.visitors &+= Int(one: count.latest != session)
    count.latest = session
  }
}
