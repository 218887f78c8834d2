/// The visits of a block of which either all events are selected or none, from the stays that are known of its partition:
/// there are far fewer than events.
struct InsightsViewStays: Sendable {
  private(set) var count = 0
  /// By visit: its group, set by the caller.
  var groups: [UInt32] = []
  /// By visit: the row of its first pageview, counted from the block's first.
  private(set) var firstViews: [UInt32] = []
  /// By visit: the number of its stay, counted from the block's first stay.
  private var numbers: [UInt32] = []
  /// By visit: the number of the first stay of its session, counted from the block's first stay.
  private var sessions: [UInt32] = []
  private var stays: ViewStays?
  /// The number in the partition of the block's first stay.
  private var firstStay = 0

  /// Loads the selected visits of a block that have a pageview. Fails if they are not known.
  mutating func load(_ block: BlockRows) -> Bool {
    guard block.selection.selectsWholeVisits, block.partition.sharedVisits.isEmpty else { return false }
    let stays = block.partition.viewStays
    if !stays.areAllPageviews { return false }
    let range = stays.range(of: block.block, in: block.partition)
    for column in [\InsightsViewStays.firstViews, \.numbers, \.sessions] {
      extend(&self[keyPath: column], to: max(range.count, 1), with: 0)
    }
    let selected = block.selected
    count = listStays(
      stays, range, selected.bytes, from: block.block.rows.lowerBound, &firstViews, &numbers, &sessions)
    (self.stays, firstStay) = (stays, range.lowerBound)
    return true
  }

  /// The number of sessions that have a visit.
  var visitors: Int {
    var (visitors, latest) = (0, UInt32.max)
    forEach { session, _ in
      visitors &+= Int(one: session != latest)
      latest = session
    }
    return visitors
  }

  /// Calls `body` with the number of each visit's session, and its group.
  @inline(__always)
  func forEach(_ body: (_ session: UInt32, _ group: Int) -> Void) {
    let (sessions, groups) = (sessions.span, groups.span)
    for visit in 0..<count { body(sessions[visit], Int(groups[visit])) }
  }

  /// Adds the visits to the accumulators of their groups.
  func count(
    _ block: BlockRows, _ rule: BounceRule, base: Int, into accumulators: inout [StayAccumulator]
  ) {
    let unit = block.partition.times.unitMilliseconds
    switch block.partition.times.offsets {
    case .four(let column): count(column.span, unit, rule, base: base, into: &accumulators)
    case .eight(let column): count(column.span, unit, rule, base: base, into: &accumulators)
    }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ unit: Int64, _ rule: BounceRule, base: Int,
    into accumulators: inout [StayAccumulator]
  ) {
    guard let stays else { return }
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (views, flags) = (stays.views.span, stays.flags.span)
    let (numbers, sessions, groups) = (numbers.span, sessions.span, groups.span)
    let mask = rule == .engaged ? ViewStays.isEngaged : 0
    var accumulators = accumulators.mutableSpan
    for visit in 0..<count {
      let number = Int(numbers[visit])
      let stay = firstStay &+ number
      accumulators[Int(groups[visit])].add(
        views: Int(views[stay]),
        from: Int64(truncatingIfNeeded: offsets[Int(firstRows[stay])]) &* unit,
        through: Int64(truncatingIfNeeded: offsets[Int(lastRows[stay])]) &* unit,
        session: base &+ Int(sessions[visit]), stay: base &+ number,
        mayBounce: (rule != .none).and(flags[stay] & mask == 0))
    }
  }
}

/// Lists the stays whose first view is selected, and returns how many there are. It writes every stay, and overwrites it
/// with the next if it is not selected, which is faster than a branch.
private func listStays(
  _ stays: ViewStays, _ range: Range<Int>, _ selected: Span<UInt8>, from firstRow: Int,
  _ firstViews: inout [UInt32], _ numbers: inout [UInt32], _ sessions: inout [UInt32]
) -> Int {
  let (firstRows, flags) = (stays.firstRows.span, stays.flags.span)
  var firstViews = firstViews.mutableSpan
  var numbers = numbers.mutableSpan
  var sessions = sessions.mutableSpan
  var listed = 0
  var session: UInt32 = 0
  for stay in range {
    let index = UInt32(truncatingIfNeeded: stay &- range.lowerBound)
    session = session.replaced(by: index, where: flags[stay] & ViewStays.beginsSession != 0)
    let row = Int(firstRows[stay]) - firstRow
    firstViews[listed] = UInt32(truncatingIfNeeded: row)
    numbers[listed] = index
    sessions[listed] = session
    listed &+= Int(selected[row])
  }
  return listed
}
