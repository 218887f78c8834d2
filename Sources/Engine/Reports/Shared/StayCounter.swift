/// Which stays of one event are bounces, among the events of one range and website.
struct BounceTest: Sendable {
  let rule: BounceRule
  let range: InstantRange
  /// The shared visits with a custom event in range, if the rule asks for them.
  let engagedSharedVisits: Set<UInt32>

  init(
    _ rule: BounceRule, in range: InstantRange, _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) throws(ReportError) {
    (self.rule, self.range) = (rule, range)
    engagedSharedVisits = rule == .engaged ? try website.engagedSharedVisits(range, executor) : []
  }
}

/// A visit that several sessions share, in one group.
struct SharedVisit: Hashable, Sendable {
  let group: Int
  let visit: UInt32
}

/// Counts events stay by stay, in groups: the counted events of the current block, and what was counted in all blocks
/// so far. Each thread has one.
///
/// Consecutive events of one visit in one group, a *run*, are counted together, and no memory is allocated for sessions
/// or visits. What a group is, the kernel decides, which fills in ``flags``, ``order`` and ``groups`` for each block.
struct StayCounter: Sendable {
  /// By row of the block: whether the event is counted.
  var flags: [Bool] = []
  /// The counted events.
  var order = VisitOrder()
  /// By event of ``order``; only that of a run's first event matters.
  var groups: [UInt32] = []
  /// See `VisitOrder.listVisits(dividedBy:into:)`.
  private(set) var runStarts: [UInt32] = []
  private(set) var runCount = 0
  /// An offset for the numbers of sessions and visits, so that they are unique across blocks.
  private(set) var base = 0
  private var engaged = EngagedVisits()

  /// By group.
  var accumulators: [StayAccumulator] = []
  /// Visits that several sessions share. Each counts once in a group, however many of its sessions the group contains.
  private(set) var sharedVisits: Set<SharedVisit> = []

  /// Makes room for more groups.
  mutating func reserve(_ groups: Int) { extend(&accumulators, to: groups, with: StayAccumulator()) }

  /// Divides the events into runs of one visit in one group.
  mutating func divideByGroups() {
    let groups = groups
    runCount = order.listVisits(dividedBy: groups, into: &runStarts)
  }

  /// Makes each visit a run.
  mutating func divideByVisits() { runCount = order.listVisits(into: &runStarts) }

  /// Counts the runs of a block in groups for which there is room.
  ///
  /// - Parameter mergesSharedVisits: Whether a visit that several sessions share is one stay, which the caller counts;
  ///   otherwise it is a stay for each of its sessions.
  mutating func count(_ block: BlockRows, _ bounce: BounceTest, mergesSharedVisits: Bool = false) {
    if bounce.rule == .engaged { engaged.load(block, bounce.range) }
    if block.partition.sharedVisits.isEmpty {
      let unit = block.partition.times.unitMilliseconds
      switch block.partition.times.offsets {
      case .four(let column): count(column.span.extracting(block.block.rows), unit, bounce.rule)
      case .eight(let column): count(column.span.extracting(block.block.rows), unit, bounce.rule)
      }
    } else {
      countShared(block, bounce, mergesSharedVisits)
    }
    advance(past: block)
  }

  /// Goes on to the next block after one that the caller has counted itself.
  mutating func advance(past block: BlockRows) { base += block.count }

  /// Adds what another thread has counted; `group` returns the group here of a group there.
  mutating func merge(_ other: StayCounter, _ executor: ParallelExecutor, _ group: (Int) -> Int) {
    executor.forEach(other.accumulators.indices) { number in
      let accumulator = other.accumulators[number]
      if accumulator.views == 0 { return }
      let group = group(number)
      reserve(group + 1)
      accumulators[group].add(accumulator)
    }
    executor.forEach(other.sharedVisits) { visit in
      sharedVisits.insert(SharedVisit(group: group(visit.group), visit: visit.visit))
    }
  }

  /// Returns the number of distinct shared visits by group, for groups that have any.
  func distinctSharedVisits(_ executor: ParallelExecutor) -> [Int: Int] {
    var counts: [Int: Int] = [:]
    executor.forEach(sharedVisits) { counts[$0.group, default: 0] += 1 }
    return counts
  }

  private mutating func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ unit: Int64, _ rule: BounceRule
  ) {
    let (order, groupsOfEvents, startsOfRuns, base) = (order, groups, runStarts, base)
    let (rows, sessions, visits) = (order.rows.span, order.sessions.span, order.visits.span)
    // By visit if bounces depend on it, else the same for all: whether it is no bounce.
    let flags = rule == .engaged ? engaged.flagsOfVisits : [rule == .none ? 1 : 0]
    let (engagedBase, mask) = rule == .engaged ? (engaged.base, Int.max) : (0, 0)
    let (groups, starts, isEngaged) = (groupsOfEvents.span, startsOfRuns.span, flags.span)
    let (runCount, count) = (runCount, order.count)
    var accumulators = accumulators.mutableSpan
    precondition(groups.count >= count && Int(starts[runCount]) <= count)
    precondition(rows.count >= count && sessions.count >= count && visits.count >= count)
    // Sound: starts of runs ascend, and the last run ends at most there.
    for run in 0..<runCount {
      let (first, end) = (Int(starts[unchecked: run]), Int(starts[unchecked: run &+ 1]))
      let visit = Int(visits[unchecked: first])
      accumulators[Int(groups[unchecked: first])].add(
        views: end &- first,
        from: Int64(truncatingIfNeeded: offsets[Int(rows[unchecked: first])]) &* unit,
        through: Int64(truncatingIfNeeded: offsets[Int(rows[unchecked: end &- 1])]) &* unit,
        session: base &+ Int(sessions[unchecked: first]), stay: base &+ visit,
        mayBounce: isEngaged[(engagedBase &+ visit) & mask] == 0)
    }
  }

  /// Does the same for a block in which some visits may be shared by several sessions.
  private mutating func countShared(_ block: BlockRows, _ bounce: BounceTest, _ mergesSharedVisits: Bool) {
    let order = order
    let engagedVisits = engaged.flagsOfVisits
    var session = 0
    for run in 0..<runCount {
      let (first, end) = (Int(runStarts[run]), Int(runStarts[run + 1]))
      let (start, visit) = (Int(order.sessions[first]), Int(order.visits[first]))
      while block.rows(ofSession: session).lowerBound < start { session += 1 }
      let group = Int(groups[first])
      let shared = block.sharedVisit(session: session, ordinal: order.ordinal(first))
      let isEngaged =
        bounce.rule == .engaged
        && (shared.map(bounce.engagedSharedVisits.contains) ?? (engagedVisits[engaged.base + visit] != 0))
      let isMergedElsewhere = mergesSharedVisits && shared != nil
      let from = block.time(Int(order.rows[first]))
      let isNew = accumulators[group].add(
        views: end - first, from: from,
        through: isMergedElsewhere ? from : block.time(Int(order.rows[end - 1])), session: base + start,
        stay: base + visit, mayBounce: !isEngaged && bounce.rule != .none && !isMergedElsewhere)
      if isNew, let shared {
        accumulators[group].dropVisit()
        sharedVisits.insert(SharedVisit(group: group, visit: shared))
      }
    }
  }
}
