/// Adds up the stays of every group. A row costs one look at its group, and nothing is allocated for
/// sessions or visits.
struct InsightsKernel: ReportKernel {
  private let fields: [TextColumn]
  /// How many codes each field has.
  private let fieldSizes: [Int]

  init(_ fields: [TextColumn], _ website: WebsiteColumns) {
    self.fields = fields
    fieldSizes = fields.map { website.dictionary($0).count }
  }

  struct SharedVisit: Hashable, Sendable {
    let group: Int
    let visit: UInt32
  }

  struct Partial: Sendable {
    var groups: InsightsGroups
    /// By group.
    var tallies: [InsightsTally] = []
    /// Visits of several sessions, which count once a group however many of the sessions it has.
    var sharedVisits: Set<SharedVisit> = []
    fileprivate var rows = Rows()

    func distinctSharedVisits() -> [Int: Int] {
      sharedVisits.reduce(into: [:]) { $0[$1.group, default: 0] += 1 }
    }
  }

  /// What is known of the rows of the block in hand.
  fileprivate struct Rows: Sendable {
    var order = VisitOrder()
    var times: [Int64] = []
    var pageviews: [Bool] = []
    var groups: [UInt32] = []
    var codes: [UInt32] = []
    /// Number sessions and stays, over all blocks.
    var session = 0
    var stay = 0
  }

  func start() -> Partial { Partial(groups: InsightsGroups(fieldSizes: fieldSizes)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    load(block, &partial.rows, &partial.groups)
    extend(&partial.tallies, to: partial.groups.count, with: InsightsTally())
    for session in 0..<block.sessionCount {
      let rows = block.rows(ofSession: session)
      if partial.rows.order.isGrouped(rows) {
        takeSession(session, rows, block, into: &partial)
      } else {
        takeSession(session, partial.rows.order.sorted(rows), block, into: &partial)
      }
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for (number, tally) in other.tallies.enumerated() where tally.views > 0 {
      let group = partial.groups.group(of: other.groups.codes(of: number))
      extend(&partial.tallies, to: group + 1, with: InsightsTally())
      partial.tallies[group].add(tally.closed())
    }
    for visit in other.sharedVisits {
      let group = partial.groups.group(of: other.groups.codes(of: visit.group))
      partial.sharedVisits.insert(SharedVisit(group: group, visit: visit.visit))
    }
  }

  private func load(_ block: BlockRows, _ rows: inout Rows, _ groups: inout InsightsGroups) {
    rows.order.load(block)
    block.copyTimes(to: &rows.times)
    block.selectPageviews(into: &rows.pageviews)
    block.copyCodes(fields[0], to: &rows.groups)
    for (level, field) in fields.dropFirst().enumerated() {
      block.copyCodes(field, to: &rows.codes)
      groups.refine(&rows.groups, with: rows.codes, level: level, rows: block.count, where: rows.pageviews)
    }
  }

  /// Takes a session's rows, visit by visit.
  private func takeSession(
    _ session: Int, _ rows: some Sequence<Int>, _ block: BlockRows, into partial: inout Partial
  ) {
    var ordinal: UInt32?
    var shared: UInt32?
    partial.rows.session += 1
    for row in rows where partial.rows.pageviews[row] {
      if partial.rows.order.ordinals[row] != ordinal {
        ordinal = partial.rows.order.ordinals[row]
        partial.rows.stay += 1
        shared = block.sharedVisit(session: session, ordinal: partial.rows.order.ordinals[row])
      }
      let group = Int(partial.rows.groups[row])
      partial.tallies[group].view(
        at: partial.rows.times[row], session: partial.rows.session, stay: partial.rows.stay,
        isShared: shared != nil)
      if let shared { partial.sharedVisits.insert(SharedVisit(group: group, visit: shared)) }
    }
  }
}
