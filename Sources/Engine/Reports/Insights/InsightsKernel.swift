/// Counts the stays of every group.
struct InsightsKernel: ReportKernel {
  let grouping: InsightsGrouping
  let bounce: BounceTest
  let goals: InsightsGoals
  /// Whether the visitors of all groups together are counted.
  let countsAllVisitors: Bool
  let executor: ParallelExecutor

  struct State: Sendable {
    var finder: InsightsGroupFinder
    /// Stays of events that are looked at; the accumulators' views are events of any type.
    var stays = StayCounter()
    /// The pageviews of each group; nil if only pageviews are looked at.
    var pageviews: [Int]?
    /// By event of the current block: the number of pageviews before it.
    fileprivate var pageviewsBefore: [UInt32] = []
    var goals: GoalCounts
    /// The visitors of all groups together.
    var visitors = 0
  }

  func start() -> State {
    State(
      finder: InsightsGroupFinder(grouping), pageviews: grouping.looksAtPageviewsOnly ? nil : [],
      goals: GoalCounts(goals))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if goals.isEmpty, state.finder.loadViewStays(of: block) {
      state.stays.reserve(state.finder.groupCount)
      if countsAllVisitors { state.visitors += state.finder.viewStays.visitors }
      let base = state.stays.base
      state.finder.viewStays.count(block, bounce.rule, base: base, into: &state.stays.accumulators)
      return state.stays.advance(past: block)
    }
    state.finder.load(block, into: &state.stays)
    state.stays.reserve(state.finder.groupCount)
    if state.pageviews != nil { countPageviews(block, &state) }
    if !goals.isEmpty {
      state.goals.count(block, state.stays, groupCount: state.finder.groupCount)
    }
    if countsAllVisitors { state.visitors += state.stays.visitors }
    state.stays.count(block, bounce, mergesSharedVisits: grouping.isByVisit)
  }

  func merge(_ other: State, into state: inout State) {
    let codes = other.finder.groups
    /// By group of `other`: the group here.
    var groups = Array(repeating: 0, count: other.stays.accumulators.count)
    executor.forEach(groups.indices) { number in
      if other.stays.accumulators[number].views == 0 { return }
      groups[number] = state.finder.groups.group(of: codes.codes(of: number))
      state.goals.add(other.goals, number, to: groups[number])
    }
    state.stays.merge(other.stays, executor) { groups[$0] }
    if var pageviews = state.pageviews.take() {
      for (number, count) in (other.pageviews ?? []).enumerated() where count > 0 {
        extend(&pageviews, to: groups[number] + 1, with: 0)
        pageviews[groups[number]] += count
      }
      state.pageviews = pageviews
    }
    state.visitors += other.visitors
  }

  private func countPageviews(_ block: BlockRows, _ state: inout State) {
    guard var counts = state.pageviews.take() else { return }
    extend(&counts, to: state.finder.groupCount, with: 0)
    let stays = state.stays
    let types = block.partition.types
    countBefore(
      EventType.pageview, types.span.extracting(block.block.rows),
      stays.order.rows.span.extracting(0..<stays.order.count), &state.pageviewsBefore)
    addRuns(stays, state.pageviewsBefore.span, to: &counts)
    state.pageviews = counts
  }
}

/// Writes the number of rows of type `type` before each of `rows`, and that of all of them behind it, to the start of
/// `counts`. Runs are short, and the processor mispredicts where they end, so that it is faster to take differences of
/// these than to count run by run.
private func countBefore(
  _ type: UInt8, _ types: Span<UInt8>, _ rows: Span<UInt32>, _ counts: inout [UInt32]
) {
  extend(&counts, to: rows.count + 1, with: 0)
  var counts = counts.mutableSpan
  var count: UInt32 = 0
  for index in rows.indices {
    // Sound: there is room for one more than rows.
    counts[unchecked: index] = count
    count &+= UInt32(one: types[Int(rows[unchecked: index])] == type)
  }
  counts[rows.count] = count
}

/// Adds what `countBefore` has counted to the groups of the runs.
private func addRuns(_ stays: StayCounter, _ before: Span<UInt32>, to counts: inout [Int]) {
  let (groups, starts) = (stays.groups.span, stays.runStarts.span)
  var counts = counts.mutableSpan
  for run in 0..<stays.runCount {
    let (first, end) = (Int(starts[run]), Int(starts[run + 1]))
    counts[Int(groups[first])] &+= Int(before[end] &- before[first])
  }
}

extension StayCounter {
  /// The number of sessions that have a run in the current block.
  fileprivate var visitors: Int {
    let (order, runStarts) = (order, runStarts)
    let (sessions, starts) = (order.sessions.span, runStarts.span)
    var (visitors, latest) = (0, UInt32.max)
    for run in 0..<runCount {
      let session = sessions[Int(starts[run])]
      visitors &+= Int(one: session != latest)
      latest = session
    }
    return visitors
  }
}
