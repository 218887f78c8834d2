/// Adds up the stays of every group.
///
/// A stay is a session's pageviews of one visit in one group. While a visit is walked through, each group
/// that it touches keeps its stay open; the next visit to touch the group closes it. So a row costs one
/// look at its group, and nothing is allocated for sessions or visits.
struct InsightsKernel: ReportKernel {
  let fields: [TextColumn]

  /// What a group comes to, and its open stay.
  struct Tally {
    var views = 0
    var visitors = 0
    /// Those of visits that belong to one session alone.
    var visits = 0
    var bounces = 0
    var totalSeconds: Int64 = 0

    fileprivate var latestSession = -1
    fileprivate var stay = -1
    fileprivate var stayViews = 0
    fileprivate var stayStart: Int64 = 0
    fileprivate var stayEnd: Int64 = 0

    fileprivate mutating func closeStay() {
      if stayViews == 1 { bounces += 1 }
      totalSeconds += (stayEnd - stayStart) / 1000
      stayViews = 0
    }
  }

  struct SharedVisit: Hashable {
    let group: UInt32
    let visit: UInt32
  }

  struct Partial {
    var groups: InsightsGroups
    /// By group.
    var tallies: [Tally] = []
    /// Visits of several sessions, which count once a group however many of the sessions it has.
    var sharedVisits: Set<SharedVisit> = []
    fileprivate var pageviews: [Bool] = []
    fileprivate var groupsOfRows: [UInt32] = []
    fileprivate var codes: [UInt32] = []
    fileprivate var ordinals: [UInt32] = []
    /// The order in which the rows of a session with interleaved visits are walked through.
    fileprivate var rowsByVisit: [Int] = []
    /// Numbers every session and every stay anew, over all blocks.
    fileprivate var session = 0
    fileprivate var stay = 0

    func distinctSharedVisits() -> [Int: Int] {
      sharedVisits.reduce(into: [:]) { $0[Int($1.group), default: 0] += 1 }
    }
  }

  func start() -> Partial { Partial(groups: InsightsGroups(fieldCount: fields.count)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    block.selectPageviews(into: &partial.pageviews)
    block.copyVisits(to: &partial.ordinals)
    block.copyCodes(fields[0], to: &partial.groupsOfRows)
    for (level, field) in fields.dropFirst().enumerated() {
      block.copyCodes(field, to: &partial.codes)
      partial.groups.refine(
        &partial.groupsOfRows, with: partial.codes, level: level, rows: block.count, where: partial.pageviews)
    }
    for session in 0..<block.sessionCount { takeSession(session, block, into: &partial) }
    for group in partial.tallies.indices { partial.tallies[group].closeOpenStay() }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for (number, tally) in other.tallies.enumerated() where tally.views > 0 {
      let group = partial.groups.group(of: other.groups.codes(of: UInt32(number)))
      partial.tally(group) { $0.add(tally) }
    }
    for visit in other.sharedVisits {
      let group = partial.groups.group(of: other.groups.codes(of: visit.group))
      partial.sharedVisits.insert(SharedVisit(group: group, visit: visit.visit))
    }
  }

  private func takeSession(_ session: Int, _ block: BlockRows, into partial: inout Partial) {
    let rows = block.rows(ofSession: session)
    partial.session += 1
    if isGrouped(rows, partial.ordinals) {
      takeRows(rows, session, block, into: &partial)
    } else {
      let ordinals = partial.ordinals
      partial.rowsByVisit = rows.sorted { (ordinals[$0], $0) < (ordinals[$1], $1) }
      takeRows(partial.rowsByVisit, session, block, into: &partial)
    }
  }

  /// Whether each visit's rows stand together, as they do unless visits of one visitor overlap.
  private func isGrouped(_ rows: Range<Int>, _ ordinals: [UInt32]) -> Bool {
    rows.dropFirst().allSatisfy { ordinals[$0 - 1] <= ordinals[$0] }
  }

  /// Takes a session's rows, visit by visit.
  private func takeRows(
    _ rows: some Sequence<Int>, _ session: Int, _ block: BlockRows, into partial: inout Partial
  ) {
    var latestOrdinal: UInt32?
    var shared: UInt32?
    for row in rows where partial.pageviews[row] {
      let ordinal = partial.ordinals[row]
      if ordinal != latestOrdinal {
        latestOrdinal = ordinal
        partial.stay += 1
        shared = block.partition.sharedVisits.number(
          session: block.block.sessions.lowerBound + session, ordinal: ordinal)
      }
      let group = partial.groupsOfRows[row]
      let (sessionNumber, stay) = (partial.session, partial.stay)
      partial.tally(group) {
        $0.view(at: block.times[row], session: sessionNumber, stay: stay, isShared: shared != nil)
      }
      if let shared { partial.sharedVisits.insert(SharedVisit(group: group, visit: shared)) }
    }
  }
}

extension InsightsKernel.Partial {
  fileprivate mutating func tally(_ group: UInt32, _ body: (inout InsightsKernel.Tally) -> Void) {
    extend(&tallies, to: Int(group) + 1, with: InsightsKernel.Tally())
    body(&tallies[Int(group)])
  }
}

extension InsightsKernel.Tally {
  fileprivate mutating func view(at time: Int64, session: Int, stay: Int, isShared: Bool) {
    views += 1
    if latestSession != session {
      latestSession = session
      visitors += 1
    }
    if self.stay != stay {
      closeOpenStay()
      self.stay = stay
      if !isShared { visits += 1 }
      stayStart = time
    }
    stayViews += 1
    stayEnd = time
  }

  fileprivate mutating func closeOpenStay() {
    if stayViews > 0 { closeStay() }
  }

  fileprivate mutating func add(_ other: InsightsKernel.Tally) {
    views += other.views
    visitors += other.visitors
    visits += other.visits
    bounces += other.bounces
    totalSeconds += other.totalSeconds
  }
}
