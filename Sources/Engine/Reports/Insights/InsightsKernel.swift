/// Accumulates the stays of every group. Consecutive views of one visit in one group are counted together,
/// and no memory is allocated for sessions or visits.
struct InsightsKernel: ReportKernel {
  private let fields: [TextColumn]
  /// The number of codes of each field.
  private let fieldSizes: [Int]
  private let bounce: BounceRule
  private let range: InstantRange
  /// The shared visits with a custom event in range.
  private let engagedSharedVisits: Set<UInt32>
  private let executor: ParallelExecutor

  init(
    _ fields: [TextColumn], bounce: BounceRule, _ range: InstantRange, engagedSharedVisits: Set<UInt32>,
    _ website: WebsiteColumns, _ executor: ParallelExecutor
  ) {
    self.fields = fields
    (self.bounce, self.range, self.engagedSharedVisits) = (bounce, range, engagedSharedVisits)
    self.executor = executor
    fieldSizes = fields.map { website.dictionary($0).count }
  }

  struct SharedVisit: Hashable, Sendable {
    let group: Int
    let visit: UInt32
  }

  struct Partial: Sendable {
    var groups: InsightsGroups
    /// By group.
    var accumulators: [StayAccumulator] = []
    /// Visits that several sessions share. Each counts once in a group, however many of its sessions the
    /// group contains.
    var sharedVisits: Set<SharedVisit> = []
    fileprivate var views = Views()

    /// Returns the number of distinct shared visits by group, for groups that have any.
    func distinctSharedVisits(_ executor: ParallelExecutor) -> [Int: Int] {
      var counts: [Int: Int] = [:]
      executor.forEach(sharedVisits) { counts[$0.group, default: 0] += 1 }
      return counts
    }
  }

  /// The pageviews of the current block.
  fileprivate struct Views: Sendable {
    var flags: [Bool] = []
    var order = VisitOrder()
    var groups: [UInt32] = []
    var codes: [UInt32] = []
    /// The tuples of the fields that are not paired, by view (see `InsightsGroups`).
    var tuples: [UInt32] = []
    /// The index of the first view of each run (one visit in one group); the last entry is the end of the
    /// last run.
    var runStarts: [UInt32] = []
    var runCount = 0
    /// Only loaded if bounces depend on it.
    var engaged = EngagedVisits()
    /// An offset for the numbers of sessions and visits, so that they are unique across blocks.
    var base = 0
  }

  func start() -> Partial { Partial(groups: InsightsGroups(fieldSizes: fieldSizes)) }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
    load(block, &partial.views, &partial.groups)
    if bounce == .engaged { partial.views.engaged.load(block, range) }
    extend(&partial.accumulators, to: partial.groups.count, with: StayAccumulator())
    if block.partition.sharedVisits.isEmpty {
      switch block.partition.times.offsets {
      case .four(let column): count(block, column.span.extracting(block.block.rows), &partial)
      case .eight(let column): count(block, column.span.extracting(block.block.rows), &partial)
      }
    } else {
      countShared(block, &partial)
    }
    partial.views.base += block.count
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    executor.forEach(other.accumulators.indices) { number in
      let accumulator = other.accumulators[number]
      if accumulator.views == 0 { return }
      let group = partial.groups.group(of: other.groups.codes(of: number))
      extend(&partial.accumulators, to: group + 1, with: StayAccumulator())
      partial.accumulators[group].add(accumulator)
    }
    executor.forEach(other.sharedVisits) { visit in
      let group = partial.groups.group(of: other.groups.codes(of: visit.group))
      partial.sharedVisits.insert(SharedVisit(group: group, visit: visit.visit))
    }
  }

  private func load(_ block: BlockRows, _ views: inout Views, _ groups: inout InsightsGroups) {
    block.selectPageviews(into: &views.flags)
    views.order.load(block, where: views.flags)
    views.order.copyCodes(fields[0], of: block, to: &views.groups)
    for level in 0..<groups.pairedFields {
      views.order.copyCodes(fields[level + 1], of: block, to: &views.codes)
      groups.refine(&views.groups, with: views.codes, level: level, count: views.order.count)
    }
    let others = fields[(groups.pairedFields + 1)...]
    if !others.isEmpty { refine(with: others, block, &views, &groups) }
    views.runCount = views.order.listVisits(dividedBy: views.groups, into: &views.runStarts)
  }

  /// Refines the groups by the fields that are not paired.
  private func refine(
    with fields: ArraySlice<TextColumn>, _ block: BlockRows, _ views: inout Views,
    _ groups: inout InsightsGroups
  ) {
    let (count, width) = (views.order.count, fields.count + 1)
    extend(&views.tuples, to: count * width, with: 0)
    for view in 0..<count { views.tuples[view * width] = views.groups[view] }
    for (index, field) in fields.enumerated() {
      views.order.copyCodes(field, of: block, to: &views.codes)
      for view in 0..<count { views.tuples[view * width + index + 1] = views.codes[view] }
    }
    groups.refine(&views.groups, with: views.tuples, count: count)
  }

  /// Counts the views of a block in which each visit belongs to only one session.
  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ partial: inout Partial
  ) {
    let views = partial.views
    let unit = block.partition.times.unitMilliseconds
    let (rows, sessions, visits) = (
      views.order.rows.span, views.order.sessions.span, views.order.visits.span
    )
    let engagedVisits = views.engaged.flagsOfVisits
    let engagedBase = views.engaged.base
    let (groups, starts, engaged) = (views.groups.span, views.runStarts.span, engagedVisits.span)
    let (looksAtVisits, bounces) = (bounce == .engaged, bounce != .none)
    var accumulators = partial.accumulators.mutableSpan
    for run in 0..<views.runCount {
      let (first, end) = (Int(starts[run]), Int(starts[run + 1]))
      accumulators[Int(groups[first])].add(
        views: end &- first,
        from: Int64(truncatingIfNeeded: offsets[Int(rows[first])]) &* unit,
        through: Int64(truncatingIfNeeded: offsets[Int(rows[end - 1])]) &* unit,
        session: views.base &+ Int(sessions[first]), stay: views.base &+ Int(visits[first]),
        mayBounce: looksAtVisits ? engaged[engagedBase &+ Int(visits[first])] == 0 : bounces)
    }
  }

  /// Does the same for a block in which some visits may be shared by several sessions.
  private func countShared(_ block: BlockRows, _ partial: inout Partial) {
    let views = partial.views
    let engagedVisits = views.engaged.flagsOfVisits
    var session = 0
    for run in 0..<views.runCount {
      let (first, end) = (Int(views.runStarts[run]), Int(views.runStarts[run + 1]))
      let (start, visit) = (Int(views.order.sessions[first]), Int(views.order.visits[first]))
      while block.rows(ofSession: session).lowerBound < start { session += 1 }
      let group = Int(views.groups[first])
      let shared = block.sharedVisit(session: session, ordinal: views.order.ordinal(first))
      let isEngaged =
        bounce == .engaged
        && (shared.map(engagedSharedVisits.contains) ?? (engagedVisits[views.engaged.base + visit] != 0))
      let isNew = partial.accumulators[group].add(
        views: end - first, from: block.time(Int(views.order.rows[first])),
        through: block.time(Int(views.order.rows[end - 1])),
        session: views.base + start, stay: views.base + visit, mayBounce: !isEngaged && bounce != .none)
      if isNew, let shared {
        partial.accumulators[group].dropVisit()
        partial.sharedVisits.insert(SharedVisit(group: group, visit: shared))
      }
    }
  }
}
