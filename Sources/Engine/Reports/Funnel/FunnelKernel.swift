import System

/// Searches the chains of each visitor. `Steps` has a bit for every step, and one for every exclusion.
struct FunnelKernel<Steps: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>:
  ReportKernel
{
  private let rules: ChainRules
  private let order: FunnelOrder
  private let isOpen: Bool
  private let hasWitness: Bool
  private let hasTrend: Bool
  private let hasBreakdown: Bool
  private let countsNext: Bool
  /// Whether the value of a visitor is that at the witness's last event.
  private let takesLastValue: Bool
  /// From the first step to the last; if the funnel is open, single links.
  private let forward: ChainPlan
  /// From the last step to the first: it tells at which events chains to the last step begin.
  private let backward: ChainPlan?
  /// A session whose events match none of these reaches at most the first step.
  private let stepsAfterFirst: Steps
  private let steps: CompiledMatchers<Steps>
  private let exclusions: CompiledMatchers<Steps>?
  let dimension: CompiledDimension?
  let items: FunnelItems?
  private let empty: FunnelCounts
  private let executor: ParallelExecutor

  struct State: Sendable {
    var counts: FunnelCounts
    fileprivate var block: LoadedBlock
    fileprivate var events = ChainEvents()
    fileprivate var visitKeys: [UInt64] = []
    fileprivate var reversed = ChainEvents()
    fileprivate var search: ChainSearch
    fileprivate let forward: ChainPlan
    fileprivate let backward: ChainPlan?
    fileprivate var witness = ChainWitness()
    /// The times of the first events of chains to the last step.
    fileprivate var beginnings: [Int64] = []
  }

  /// What is known of the rows of a block. All but the matches of steps is loaded when a session needs it.
  fileprivate struct LoadedBlock: Sendable {
    /// By row: the steps that the event matches.
    var matched: [Steps] = []
    /// By row: the exclusions that the event matches; empty if there are none.
    var excluded: [Steps] = []
    /// By row, in milliseconds.
    var times: [Int64] = []
    /// By row: the code of the dimension.
    var codes: [UInt32] = []
    var hasTimes = false
    var hasCodes = false
    var steps: CompiledMatchers<Steps>
    var exclusions: CompiledMatchers<Steps>?
    var dimension = DimensionCodes()

    mutating func load(_ block: BlockRows) {
      steps.load(block, into: &matched)
      (hasTimes, hasCodes) = (false, false)
    }

    mutating func loadTimes(_ block: BlockRows) {
      if hasTimes { return }
      hasTimes = true
      block.partition.times.copy(block.block.rows, to: &times)
      exclusions?.load(block, into: &excluded)
    }

    mutating func loadCodes(_ dimension: CompiledDimension, _ block: BlockRows) {
      if hasCodes { return }
      hasCodes = true
      dimension.copy(block, &self.dimension, to: &codes)
    }
  }

  init(_ request: FunnelRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor)
    throws(ReportError)
  {
    rules = ChainRules(request)
    (order, isOpen, hasTrend) = (request.order, request.isOpen, request.trend != nil)
    (hasBreakdown, countsNext) = (request.breakdown != nil, request.nextLimit != nil)
    hasWitness = request.breakdown != nil || request.hasTiming || request.nextLimit != nil
    takesLastValue = request.breakdown?.place == .lastEvent
    forward = isOpen ? ChainPlan(linksOf: rules) : ChainPlan(rules)
    backward = hasTrend ? ChainPlan(rules, isBackward: true) : nil
    stepsAfterFirst = Steps(truncatingIfNeeded: rules.stepsAfterFirst)
    steps = try CompiledMatchers(request.steps, in: request.scope, website, executor)
    // Nothing lies between an event and the next.
    let excluded = rules.isStrict ? [] : request.exclusions.map(\.matcher)
    exclusions =
      excluded.isEmpty ? nil : try CompiledMatchers(excluded, in: request.scope, website, executor)
    if let breakdown = request.breakdown {
      dimension = try CompiledDimension(breakdown.compiledDimension, in: request.scope, website, executor)
    } else {
      dimension = nil
    }
    items = request.nextLimit == nil ? nil : FunnelItems(website, executor)
    empty = FunnelCounts(request)
    self.executor = executor
  }

  func start() -> State {
    State(
      counts: empty, block: LoadedBlock(steps: steps, exclusions: exclusions),
      search: ChainSearch(rules, executor), forward: forward.ownCopy(), backward: backward?.ownCopy())
  }

  func merge(_ other: State, into state: inout State) { state.counts.merge(other.counts) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    state.block.load(block)
    let (matched, sessionStarts) = (state.block.matched, block.partition.sessionStarts)
    let (steps, starts) = (matched.span, sessionStarts.span)
    let firstRow = block.block.rows.lowerBound
    for session in block.block.sessions {
      let rows = Int(starts[session]) - firstRow..<Int(starts[session + 1]) - firstRow
      let matched = allBits(steps, rows)
      if matched == 0 { continue }
      if order == .any {
        accumulateAnyOrder(rows, block, &state)
      } else if isOpen {
        accumulateOpen(session - block.block.sessions.lowerBound, rows, matched, block, &state)
      } else if matched & 1 != 0 {
        if matched & stepsAfterFirst == 0, !rules.staysInVisit {
          accumulateEntrance(rows, block, &state)
        } else {
          accumulateChains(session - block.block.sessions.lowerBound, rows, block, &state)
        }
      }
    }
  }
}

// MARK: - One visitor

extension FunnelKernel {
  /// Counts a visitor who reaches the first step alone.
  private func accumulateEntrance(_ rows: Range<Int>, _ block: BlockRows, _ state: inout State) {
    state.counts.addVisitor(1)
    if hasWitness {
      state.witness.begin(firstRow(of: 1, rows, state.block.matched), 0)
      let code = addWitness(rows, eventRows: nil, block, &state)
      state.counts.addGroup(code, 1)
    }
    if hasTrend { addEntrances(rows, block, &state) }
  }

  /// - Parameter session: Counted from the block's first.
  private func accumulateChains(
    _ session: Int, _ rows: Range<Int>, _ block: BlockRows, _ state: inout State
  ) {
    let first = firstRow(of: 1, rows, state.block.matched)
    gather(first, rows, block, &state)
    let reached = state.search.search(
      state.forward, state.events, state.events.runs, totalWindow: rules.totalWindow)
    state.counts.addVisitor(reached)
    if rules.staysInVisit { addVisits(session, block, &state) }
    if hasWitness {
      let deepest = 63 - reached.leadingZeroBitCount
      state.search.findWitness(state.forward, state.events, deepest: deepest, &state.witness)
      let code = addWitness(rows, eventRows: state.events.rows, block, &state)
      state.counts.addGroup(code, reached)
    }
    if hasTrend {
      addEntrances(rows, block, &state)
      if reached >> UInt64(rules.stepCount - 1) != 0 { addConversions(&state) }
    }
  }

  private func accumulateOpen(
    _ session: Int, _ rows: Range<Int>, _ matched: Steps, _ block: BlockRows, _ state: inout State
  ) {
    state.counts.addVisitor(UInt64(truncatingIfNeeded: matched))
    let hasLinks = matched & (matched << 1) != 0
    if !hasLinks, !rules.staysInVisit { return }
    gather(firstRow(of: .max, rows, state.block.matched), rows, block, &state)
    if hasLinks {
      state.counts.addContinued(
        state.search.searchLinks(state.forward, state.events, state.events.runs))
    }
    if rules.staysInVisit {
      state.search.endAtAllMatches(state.events)
      addVisits(session, block, &state)
    }
  }

  private func accumulateAnyOrder(_ rows: Range<Int>, _ block: BlockRows, _ state: inout State) {
    gather(firstRow(of: .max, rows, state.block.matched), rows, block, &state)
    let count = state.events.mostSteps(within: rules.totalWindow ?? ChainRules.unbounded)
    state.counts.addVisitor(UInt64.max >> UInt64(64 - count))
  }

  private func firstRow(of bits: Steps, _ rows: Range<Int>, _ matched: [Steps]) -> Int {
    var row = rows.lowerBound
    while row < rows.upperBound - 1, matched[row] & bits == 0 { row += 1 }
    return row
  }

  /// Loads the events of a visitor from that in row `first` on, with those of the same instant.
  private func gather(_ first: Int, _ rows: Range<Int>, _ block: BlockRows, _ state: inout State) {
    state.block.loadTimes(block)
    state.search.forgetEvents()
    let (times, matched, excluded) = (state.block.times, state.block.matched, state.block.excluded)
    let selected = block.selected
    var start = first
    while start > rows.lowerBound, times[start - 1] == times[first] { start -= 1 }
    state.events.load(
      start..<rows.upperBound, times.span, matched.span, excluded.span, selected.span,
      isStrict: rules.isStrict)
    if rules.staysInVisit { divideByVisit(block, &state) } else { state.events.endRun() }
  }

  /// Orders the events by visit, and those of a visit by time.
  private func divideByVisit(_ block: BlockRows, _ state: inout State) {
    let visits = block.partition.visits
    let firstRow = block.block.rows.lowerBound
    state.visitKeys.removeAll(keepingCapacity: true)
    var isAscending = true
    var latest: UInt64 = 0
    for event in 0..<state.events.count {
      let key = UInt64(visits[firstRow + Int(state.events.rows[event])]) << 32 | UInt64(event)
      isAscending = isAscending && latest <= key
      latest = key
      state.visitKeys.append(key)
    }
    if !isAscending {
      executor.sort(&state.visitKeys, by: <)
      if executor.isCancelled { return state.events.endRun() }
      let order = state.visitKeys.map { Int(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
      state.events.reorder(order)
    }
    state.events.endRuns { [keys = state.visitKeys] in keys[$0] >> 32 }
  }
}

// MARK: - Counting

extension FunnelKernel {
  /// Counts the visits of the visitor whose chains were searched last.
  private func addVisits(_ session: Int, _ block: BlockRows, _ state: inout State) {
    let runs = state.events.runs
    for run in 0..<runs.count - 1 {
      var reached: UInt64 = 0
      for event in Int(runs[run])..<Int(runs[run + 1]) { reached |= state.search.ends[event] }
      if reached == 0 { continue }
      let ordinal = UInt32(truncatingIfNeeded: state.visitKeys[Int(runs[run])] >> 32)
      state.counts.addVisit(reached, shared: block.sharedVisit(session: session, ordinal: ordinal))
    }
  }

  /// Counts what the visitor's witness tells, and returns the code of the visitor's value.
  ///
  /// - Parameters:
  ///   - rows: Those of the session.
  ///   - eventRows: By event of the witness: its row; nil if events are rows.
  private func addWitness(
    _ rows: Range<Int>, eventRows: [UInt32]?, _ block: BlockRows, _ state: inout State
  ) -> UInt32 {
    func row(_ event: Int) -> Int { eventRows.map { Int($0[event]) } ?? event }
    let links = state.witness.links
    if links.count > 1, state.counts.hasTimings {
      state.counts.addTimes(links, state.events.times)
    }
    let last = links[0]
    if countsNext, last.step < rules.stepCount - 1 {
      addNext(after: row(last.event), last.step, rows, block, &state)
    }
    // The dimension is not copied for every visitor: threads would wait for each other to count its references.
    if !hasBreakdown { return 0 }
    if !state.block.hasCodes, let dimension { state.block.loadCodes(dimension, block) }
    return state.block.codes[row(takesLastValue ? last.event : links[links.count - 1].event)]
  }

  /// Counts the item of the first selected event behind `row` of a session.
  private func addNext(
    after row: Int, _ step: Int, _ rows: Range<Int>, _ block: BlockRows, _ state: inout State
  ) {
    var next = row + 1
    let (isWhole, selected) = (block.selection.isWhole, block.selected)
    while next < rows.upperBound, !isWhole, !selected[next] { next += 1 }
    var item = FunnelItems.none
    if next < rows.upperBound, let items {
      item = items.item(block.partition, block.block.rows.lowerBound + next)
    }
    state.counts.addNext(item, after: step)
  }

  /// Counts the units of time in which a visitor entered.
  private func addEntrances(_ rows: Range<Int>, _ block: BlockRows, _ state: inout State) {
    state.block.loadTimes(block)
    state.beginnings.removeAll(keepingCapacity: true)
    for row in rows where state.block.matched[row] & 1 != 0 {
      state.beginnings.append(state.block.times[row])
    }
    state.counts.addEntrances(state.beginnings)
  }

  /// Counts the units of time in which chains to the last step begin, of the visitor whose events were gathered last.
  private func addConversions(_ state: inout State) {
    guard let backward = state.backward else { return }
    state.reversed.load(reversed: state.events)
    state.search.forgetEvents()
    _ = state.search.search(
      backward, state.reversed, state.reversed.runs, totalWindow: rules.totalWindow)
    state.beginnings.removeAll(keepingCapacity: true)
    for event in (0..<state.reversed.count).reversed() where state.search.ends[event] & 1 != 0 {
      state.beginnings.append(-state.reversed.times[event])
    }
    if rules.staysInVisit { state.beginnings.sort() }
    state.counts.addConversions(state.beginnings)
  }
}
