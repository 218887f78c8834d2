/// Counts the stays of every group.
struct InsightsKernel: ReportKernel {
  let grouping: InsightsGrouping
  let bounce: BounceTest
  let goals: InsightsGoals
  /// Whether the visitors of all groups together are counted.
  let countsAllVisitors: Bool
  let executor: ParallelExecutor

  struct Partial: Sendable {
    var finder: InsightsGroupFinder
    /// Stays of events that are looked at; the accumulators' views are events of any type.
    var stays = GroupedStays()
    /// The pageviews of each group; nil if only pageviews are looked at.
    var pageviews: [Int]?
    var goals: GoalCounts
    /// The visitors of all groups together.
    var visitors = 0
  }

  func start() -> Partial {
    Partial(
      finder: InsightsGroupFinder(grouping), pageviews: grouping.looksAtPageviewsOnly ? nil : [],
      goals: GoalCounts(goals))
  }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
    if goals.isEmpty, partial.finder.loadViewStays(of: block) {
      partial.stays.reserve(partial.finder.groupCount)
      if countsAllVisitors { partial.visitors += partial.finder.viewStays.visitors }
      let base = partial.stays.base
      partial.finder.viewStays.count(block, bounce.rule, base: base, into: &partial.stays.accumulators)
      return partial.stays.passBlock(block)
    }
    partial.finder.load(block, into: &partial.stays)
    partial.stays.reserve(partial.finder.groupCount)
    if partial.pageviews != nil { countPageviews(block, &partial) }
    if !goals.isEmpty {
      partial.goals.count(block, partial.stays, groupCount: partial.finder.groupCount)
    }
    if countsAllVisitors { partial.visitors += partial.stays.visitors }
    partial.stays.count(block, bounce, mergesSharedVisits: grouping.isByVisit)
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    let codes = other.finder.groups
    /// By group of `other`: the group here.
    var groups = Array(repeating: 0, count: other.stays.accumulators.count)
    executor.forEach(groups.indices) { number in
      if other.stays.accumulators[number].views == 0 { return }
      groups[number] = partial.finder.groups.group(of: codes.codes(of: number))
      partial.goals.add(other.goals, number, to: groups[number])
    }
    partial.stays.merge(other.stays, executor) { groups[$0] }
    if var pageviews = partial.pageviews.take() {
      for (number, count) in (other.pageviews ?? []).enumerated() where count > 0 {
        extend(&pageviews, to: groups[number] + 1, with: 0)
        pageviews[groups[number]] += count
      }
      partial.pageviews = pageviews
    }
    partial.visitors += other.visitors
  }

  private func countPageviews(_ block: BlockRows, _ partial: inout Partial) {
    guard var counts = partial.pageviews.take() else { return }
    extend(&counts, to: partial.finder.groupCount, with: 0)
    let stays = partial.stays
    let types = block.partition.types
    let ofBlock = types.span.extracting(block.block.rows)
    let (rows, groups, starts) = (stays.order.rows.span, stays.groups.span, stays.runStarts.span)
    for run in 0..<stays.runCount {
      let (first, end) = (Int(starts[run]), Int(starts[run + 1]))
      var pageviews = 0
      for index in first..<end { pageviews &+= Int(one: ofBlock[Int(rows[index])] == EventType.pageview) }
      counts[Int(groups[first])] += pageviews
    }
    partial.pageviews = counts
  }
}

extension GroupedStays {
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
