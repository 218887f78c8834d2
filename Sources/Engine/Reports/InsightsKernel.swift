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
    fileprivate var views = Views()

    func distinctSharedVisits() -> [Int: Int] {
      sharedVisits.reduce(into: [:]) { $0[$1.group, default: 0] += 1 }
    }
  }

  /// The pageviews of the block in hand.
  fileprivate struct Views: Sendable {
    var flags: [Bool] = []
    var order = VisitOrder()
    var times: [Int64] = []
    var groups: [UInt32] = []
    var codes: [UInt32] = []
    /// What is added to the numbers of sessions and visits, so that no two blocks have the same.
    var base = 0
  }

  func start() -> Partial { Partial(groups: InsightsGroups(fieldSizes: fieldSizes)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    load(block, &partial.views, &partial.groups)
    extend(&partial.tallies, to: partial.groups.count, with: InsightsTally())
    if block.partition.sharedVisits.isEmpty {
      count(partial.views, into: &partial.tallies)
    } else {
      countShared(block, &partial)
    }
    partial.views.base += block.count
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for (number, tally) in other.tallies.enumerated() where tally.views > 0 {
      let group = partial.groups.group(of: other.groups.codes(of: number))
      extend(&partial.tallies, to: group + 1, with: InsightsTally())
      partial.tallies[group].add(tally)
    }
    for visit in other.sharedVisits {
      let group = partial.groups.group(of: other.groups.codes(of: visit.group))
      partial.sharedVisits.insert(SharedVisit(group: group, visit: visit.visit))
    }
  }

  private func load(_ block: BlockRows, _ views: inout Views, _ groups: inout InsightsGroups) {
    selectPageviews(of: block, into: &views.flags)
    views.order.load(block, where: views.flags)
    views.order.copyTimes(of: block, to: &views.times)
    views.order.copyCodes(fields[0], of: block, to: &views.groups)
    for (level, field) in fields.dropFirst().enumerated() {
      views.order.copyCodes(field, of: block, to: &views.codes)
      groups.refine(&views.groups, with: views.codes, level: level, count: views.order.count)
    }
  }

  /// Counts the views of a block whose visits all belong to one session each.
  private func count(_ views: Views, into tallies: inout [InsightsTally]) {
    let (sessions, visits) = (views.order.sessions.span, views.order.visits.span)
    let (groups, times) = (views.groups.span, views.times.span)
    var tallies = tallies.mutableSpan
    for place in 0..<views.order.count {
      tallies[Int(groups[place])].view(
        at: times[place], session: views.base &+ Int(sessions[place]), stay: views.base &+ Int(visits[place]))
    }
  }

  /// The same for a block of which some visits may belong to several sessions.
  private func countShared(_ block: BlockRows, _ partial: inout Partial) {
    let views = partial.views
    var session = 0
    for place in 0..<views.order.count {
      let (start, visit) = (Int(views.order.sessions[place]), Int(views.order.visits[place]))
      while block.rows(ofSession: session).lowerBound < start { session += 1 }
      let group = Int(views.groups[place])
      let isNew = partial.tallies[group].view(
        at: views.times[place], session: views.base + start, stay: views.base + visit)
      let shared = block.sharedVisit(session: session, ordinal: views.order.ordinal(place))
      if isNew, let shared {
        partial.tallies[group].dropVisit()
        partial.sharedVisits.insert(SharedVisit(group: group, visit: shared))
      }
    }
  }
}

/// Writes a flag for every row of `block` to the start of `flags`: whether it is a selected pageview.
private func selectPageviews(of block: BlockRows, into flags: inout [Bool]) {
  extend(&flags, to: block.count, with: false)
  let (types, selected) = (block.partition.types, block.selected)
  let typesOfRows = types.span.extracting(block.block.rows)
  let selectedRows = selected.span
  var flags = flags.mutableSpan
  precondition(selectedRows.count >= typesOfRows.count && flags.count >= typesOfRows.count)
  for row in typesOfRows.indices {
    let isPageview = typesOfRows[unchecked: row] == EventType.pageview
    flags[unchecked: row] = selectedRows[unchecked: row].and(isPageview)
  }
}
