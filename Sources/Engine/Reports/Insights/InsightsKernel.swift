/// Adds up the stays of every group. Views of one visit that follow each other in one group are counted
/// together, and nothing is allocated for sessions or visits.
struct InsightsKernel: ReportKernel {
  private let fields: [TextColumn]
  /// How many codes each field has.
  private let fieldSizes: [Int]
  private let scanner: Scanner

  init(_ fields: [TextColumn], _ website: WebsiteColumns, _ scanner: Scanner) {
    self.fields = fields
    self.scanner = scanner
    fieldSizes = fields.map { website.dictionary($0).count }
  }

  struct SharedVisit: Hashable, Sendable {
    let group: Int
    let visit: UInt32
  }

  struct Partial: Sendable {
    var groups: InsightsGroups
    /// By group.
    var tallies: [InsightsAccumulator] = []
    /// Visits of several sessions, which count once a group however many of the sessions it has.
    var sharedVisits: Set<SharedVisit> = []
    fileprivate var views = Views()

    /// By group, where it has any.
    func distinctSharedVisits(_ scanner: Scanner) -> [Int: Int] {
      var counts: [Int: Int] = [:]
      scanner.forEach(sharedVisits) { counts[$0.group, default: 0] += 1 }
      return counts
    }
  }

  /// The pageviews of the block in hand.
  fileprivate struct Views: Sendable {
    var flags: [Bool] = []
    var order = VisitOrder()
    var groups: [UInt32] = []
    var codes: [UInt32] = []
    /// Of the fields that are not paired, by view (see `InsightsGroups`).
    var tuples: [UInt32] = []
    /// The place of the first view of each run: of a visit, in a group. One more entry for the end of the last.
    var runStarts: [UInt32] = []
    var runCount = 0
    /// What is added to the numbers of sessions and visits, so that no two blocks have the same.
    var base = 0
  }

  func start() -> Partial { Partial(groups: InsightsGroups(fieldSizes: fieldSizes)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    load(block, &partial.views, &partial.groups)
    extend(&partial.tallies, to: partial.groups.count, with: InsightsAccumulator())
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
    scanner.forEach(other.tallies.indices) { number in
      let tally = other.tallies[number]
      if tally.views == 0 { return }
      let group = partial.groups.group(of: other.groups.codes(of: number))
      extend(&partial.tallies, to: group + 1, with: InsightsAccumulator())
      partial.tallies[group].add(tally)
    }
    scanner.forEach(other.sharedVisits) { visit in
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
    for (place, field) in fields.enumerated() {
      views.order.copyCodes(field, of: block, to: &views.codes)
      for view in 0..<count { views.tuples[view * width + place + 1] = views.codes[view] }
    }
    groups.refine(&views.groups, with: views.tuples, count: count)
  }

  /// Counts the views of a block whose visits all belong to one session each.
  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ partial: inout Partial
  ) {
    let views = partial.views
    let unit = block.partition.times.unitMilliseconds
    let (rows, sessions, visits) = (
      views.order.rows.span, views.order.sessions.span, views.order.visits.span
    )
    let (groups, starts) = (views.groups.span, views.runStarts.span)
    var tallies = partial.tallies.mutableSpan
    for run in 0..<views.runCount {
      let (first, end) = (Int(starts[run]), Int(starts[run + 1]))
      tallies[Int(groups[first])].add(
        views: end &- first,
        from: Int64(truncatingIfNeeded: offsets[Int(rows[first])]) &* unit,
        through: Int64(truncatingIfNeeded: offsets[Int(rows[end - 1])]) &* unit,
        session: views.base &+ Int(sessions[first]), stay: views.base &+ Int(visits[first]))
    }
  }

  /// The same for a block of which some visits may belong to several sessions.
  private func countShared(_ block: BlockRows, _ partial: inout Partial) {
    let views = partial.views
    var session = 0
    for run in 0..<views.runCount {
      let (first, end) = (Int(views.runStarts[run]), Int(views.runStarts[run + 1]))
      let (start, visit) = (Int(views.order.sessions[first]), Int(views.order.visits[first]))
      while block.rows(ofSession: session).lowerBound < start { session += 1 }
      let group = Int(views.groups[first])
      let isNew = partial.tallies[group].add(
        views: end - first, from: block.time(Int(views.order.rows[first])),
        through: block.time(Int(views.order.rows[end - 1])),
        session: views.base + start, stay: views.base + visit)
      let shared = block.sharedVisit(session: session, ordinal: views.order.ordinal(first))
      if isNew, let shared {
        partial.tallies[group].dropVisit()
        partial.sharedVisits.insert(SharedVisit(group: group, visit: shared))
      }
    }
  }
}

/// What a group of an insights report comes to, and its latest stay.
///
/// Views come stay by stay. There is no branch in counting them: whether they begin a stay is as good as random.
struct InsightsAccumulator: Sendable {
  private(set) var views = 0
  private(set) var visitors = 0
  private(set) var visits = 0
  private(set) var bounces = 0
  private(set) var totalSeconds: Int64 = 0

  /// Twice the number of the latest stay, and one more while it has one view.
  private var stay = -1
  private var stayStart: Int64 = 0
  private var staySeconds: Int64 = 0

  /// Counts pageviews of one stay; the milliseconds of the first and the last of them may be counted from any
  /// instant that is one for all of a session's. Stays have ascending numbers from 0, and so have sessions: none
  /// of a session's stays has a number below its own.
  ///
  /// - Returns: Whether the stay is a new one.
  @inline(__always)
  @discardableResult
  mutating func add(
    views count: Int, from first: Int64, through last: Int64, session: Int, stay number: Int
  ) -> Bool {
    let isNew = stay >> 1 != number
    let isBounce = isNew.and(count == 1)
    views &+= count
    visitors &+= Int(one: stay >> 1 < session)
    visits &+= Int(one: isNew)
    // Later views of a stay take back what the first one counted.
    bounces &+= (-(stay & 1)).replaced(by: Int(one: isBounce), where: isNew)
    stay = number << 1 | Int(one: isBounce)
    stayStart = stayStart.replaced(by: first, where: isNew)
    let seconds = (last &- stayStart) / 1000
    totalSeconds &+= seconds &- staySeconds.replaced(by: 0, where: isNew)
    staySeconds = seconds
    return isNew
  }

  /// Takes back a visit that is counted elsewhere.
  mutating func dropVisit() { visits -= 1 }

  mutating func add(_ other: InsightsAccumulator) {
    views += other.views
    visitors += other.visitors
    visits += other.visits
    bounces += other.bounces
    totalSeconds += other.totalSeconds
  }
}
