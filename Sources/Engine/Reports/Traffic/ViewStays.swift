import System

/// The stays of a partition's views: pairs of a session and a visit that have a view, in the order of sessions.
///
/// Visitors look at several pages, so there are far fewer stays than views, and nearly all stays lie in one unit of time.
/// Only for partitions without shared visits.
struct ViewStays: Sendable {
  /// By stay: the rows of its first and its last view.
  private(set) var firstRows: [UInt32] = []
  private(set) var lastRows: [UInt32] = []
  /// By stay.
  private(set) var views: [UInt32] = []
  /// By stay: ``beginsSession`` and ``isEngaged``.
  private(set) var flags: [UInt8] = []
  /// Whether all views are pageviews.
  private(set) var areAllPageviews = true
  /// By block: its first stay; the last entry is the number of stays.
  private var blockStarts: [Int] = []

  static let beginsSession: UInt8 = 1
  /// The visit has a custom event.
  static let isEngaged: UInt8 = 2

  fileprivate init(_ partition: Partition) {
    let engaged = partition.engagedVisits
    var (flags, order) = ([Bool](), VisitOrder())
    var runs: [UInt32] = []
    var selection = SelectionVector()
    let types = partition.types.span
    for row in types.indices where types[row] != EventType.custom && types[row] != EventType.pageview {
      areAllPageviews = false
    }
    for block in partition.blocks {
      blockStarts.append(views.count)
      selection.selectAll(block.rows.count)
      let rows = BlockRows(partition: partition, number: 0, block: block, selection: selection)
      rows.mark(.views, into: &flags)
      order.load(rows, where: flags)
      var session = UInt32.max
      for visit in 0..<order.listVisits(into: &runs) {
        let (first, end) = (Int(runs[visit]), Int(runs[visit + 1]))
        let base = UInt32(block.rows.lowerBound)
        firstRows.append(base + order.rows[first])
        lastRows.append(base + order.rows[end - 1])
        views.append(UInt32(end - first))
        let isEngaged = engaged[Int(base + order.visits[first])] != 0
        self.flags.append(
          (order.sessions[first] != session ? Self.beginsSession : 0) | (isEngaged ? Self.isEngaged : 0))
        session = order.sessions[first]
      }
    }
    blockStarts.append(views.count)
  }

  /// Returns the stays of a block of the partition.
  func range(of block: Block, in partition: Partition) -> Range<Int> {
    let blocks = partition.blocks
    let index = blocks.indices.partitionPoint { blocks[$0].rows.lowerBound >= block.rows.lowerBound }
    return blockStarts[index]..<blockStarts[index + 1]
  }
}

extension Partition {
  var viewStays: ViewStays { derived.viewStays.value { ViewStays(self) } }
}

extension TrafficKernel {
  /// Whether the views of a block can be counted stay by stay: all views of a stay are selected or none, and all are in
  /// one group but for their unit of time.
  func countsStays(of block: BlockRows) -> Bool {
    guard case .views = events, !grouping.byCountry else { return false }
    return block.selection.selectsWholeVisits && block.partition.sharedVisits.isEmpty
      && grouping.dimension.map { $0.codesOfVisits(block) != nil } ?? true
  }

  /// Adds all views of a block to `accumulator`.
  func countStays(_ block: BlockRows, into accumulator: inout StayAccumulator) {
    switch block.partition.times.offsets {
    case .four(let column): countStays(block, column.span, into: &accumulator)
    case .eight(let column): countStays(block, column.span, into: &accumulator)
    }
  }

  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, into accumulator: inout StayAccumulator
  ) {
    let (stays, unit) = (block.partition.viewStays, block.partition.times.unitMilliseconds)
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let range = stays.range(of: block.block, in: block.partition)
    let mask = bouncingMask
    var (views, visitors, bounces, seconds) = (0, 0, 0, Int64(0))
    for stay in range {
      let length =
        Int64(truncatingIfNeeded: offsets[Int(lastRows[stay])] &- offsets[Int(firstRows[stay])]) &* unit
      views &+= Int(stayViews[stay])
      visitors &+= Int(flags[stay] & ViewStays.beginsSession)
      bounces &+= Int(one: (stayViews[stay] == 1).and(flags[stay] & mask == 0))
      seconds &+= length / 1000
    }
    accumulator.add(
      views: views, visitors: visitors, visits: range.count, bounces: bounce.rule == .none ? 0 : bounces,
      totalSeconds: seconds)
  }

  /// The flags of stays that are no bounce, however many views they have.
  private var bouncingMask: UInt8 { bounce.rule == .engaged ? ViewStays.isEngaged : 0 }

  /// Adds all views of a block to the accumulators of their units.
  func countStays(
    _ block: BlockRows, _ units: RetentionBuckets, base: Int, into accumulators: inout [StayAccumulator]
  ) {
    switch block.partition.times.offsets {
    case .four(let column): countStays(block, column.span, units, base: base, into: &accumulators)
    case .eight(let column): countStays(block, column.span, units, base: base, into: &accumulators)
    }
  }

  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ units: RetentionBuckets, base: Int,
    into accumulators: inout [StayAccumulator]
  ) {
    let (stays, unit) = (block.partition.viewStays, block.partition.times.unitMilliseconds)
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let range = stays.range(of: block.block, in: block.partition)
    let mask = bouncingMask
    var accumulators = accumulators.mutableSpan
    var session = 0
    for stay in range {
      let (first, last) = (
        UInt64(truncatingIfNeeded: offsets[Int(firstRows[stay])]),
        UInt64(truncatingIfNeeded: offsets[Int(lastRows[stay])])
      )
      let number = base &+ stay &- range.lowerBound
      session = session.replaced(by: number, where: flags[stay] & ViewStays.beginsSession != 0)
      let mayBounce = (bounce.rule != .none).and(flags[stay] & mask == 0)
      let day = units.day(of: first)
      if units.instant(last) < units.end(of: day) {
        accumulators[day].add(
          views: Int(stayViews[stay]), from: Int64(first) &* unit, through: Int64(last) &* unit,
          session: session, stay: number, mayBounce: mayBounce)
      } else {
        block.partition.forEachView(ofStayFrom: Int(firstRows[stay]), through: Int(lastRows[stay])) { row in
          let offset = UInt64(truncatingIfNeeded: offsets[row])
          accumulators[units.day(of: offset)].add(
            views: 1, from: Int64(offset) &* unit, through: Int64(offset) &* unit, session: session,
            stay: number, mayBounce: mayBounce)
        }
      }
    }
  }
}

extension TrafficKernel {
  /// Adds the selected views of a block to the accumulators of their groups.
  ///
  /// - Parameter units: Nil if they are not grouped by units.
  func countGroupedStays(_ block: BlockRows, _ units: RetentionBuckets?, _ state: inout State) {
    switch block.partition.times.offsets {
    case .four(let column): countGroupedStays(block, column.span, units, &state)
    case .eight(let column): countGroupedStays(block, column.span, units, &state)
    }
  }

  private func countGroupedStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ units: RetentionBuckets?, _ state: inout State
  ) {
    let stays = block.partition.viewStays
    let range = stays.range(of: block.block, in: block.partition)
    if units == nil, grouping.dimension == nil {
      state.stays.reserve(1)
      return countSelectedStays(block, stays, range, offsets, into: &state.stays.accumulators[0])
    }
    load(block, stays, range, offsets, units, &state)
    let (codes, groups, base) = (state.stayCodes, state.stays.groups, state.stays.base)
    var session = 0
    var stay = range.lowerBound
    while true {
      stay = countStays(
        block, stays, stay..<range.upperBound, range, offsets, units, codes, groups, base,
        &session, into: &state.stays.accumulators, &state.codeVisitors)
      if stay == range.upperBound { return }
      countViews(block, stays, stay, stay - range.lowerBound, offsets, units, session, &state)
      stay += 1
    }
  }

  /// Adds the selected views of a block to `accumulator`.
  private func countSelectedStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ range: Range<Int>, _ offsets: Span<Offset>,
    into accumulator: inout StayAccumulator
  ) {
    let unit = block.partition.times.unitMilliseconds
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let (selectedRows, firstRow) = (block.selected, block.block.rows.lowerBound)
    let selected = selectedRows.span
    let mask = bouncingMask
    var (views, visitors, visits, bounces, seconds) = (0, 0, 0, 0, Int64(0))
    /// Whether a stay of the current session was counted.
    var isCounted: UInt8 = 0
    for stay in range {
      let first = Int(firstRows[stay])
      let isSelected = selected[first - firstRow]
      let length = Int64(truncatingIfNeeded: offsets[Int(lastRows[stay])] &- offsets[first]) &* unit
      views &+= Int(stayViews[stay]).replaced(by: 0, where: !isSelected)
      isCounted &= 1 ^ (flags[stay] & ViewStays.beginsSession)
      visitors &+= Int(isSelected.asOne & (1 ^ isCounted))
      isCounted |= isSelected.asOne
      visits &+= Int(one: isSelected)
      bounces &+= Int(one: isSelected.and(stayViews[stay] == 1).and(flags[stay] & mask == 0))
      seconds &+= (length / 1000).replaced(by: 0, where: !isSelected)
    }
    accumulator.add(
      views: views, visitors: visitors, visits: visits, bounces: bounce.rule == .none ? 0 : bounces,
      totalSeconds: seconds)
  }

  /// Adds stays to the accumulators of their groups until one lies in several units, and returns that one's number.
  ///
  /// - Parameter session: The number of the session of the stay before, and then of the last.
  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ rest: Range<Int>, _ range: Range<Int>,
    _ offsets: Span<Offset>,
    _ units: RetentionBuckets?, _ codesOfStays: [UInt32], _ groupsOfStays: [UInt32], _ base: Int,
    _ session: inout Int,
    into accumulators: inout [StayAccumulator],
    _ codeVisitors: inout [(count: Int, latest: Int)]
  ) -> Int {
    let unit = block.partition.times.unitMilliseconds
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let (selectedRows, firstRow, isWhole) = (
      block.selected, block.block.rows.lowerBound, block.selection.isWhole
    )
    let (selected, codes, groups) = (selectedRows.span, codesOfStays.span, groupsOfStays.span)
    let (mask, mayBounceAtAll, countsVisitors) = (
      bouncingMask, bounce.rule != .none, grouping.countsVisitorsOfCodes
    )
    var accumulators = accumulators.mutableSpan
    var codeVisitors = codeVisitors.mutableSpan
    for stay in rest {
      let (index, firstOfStay) = (stay - range.lowerBound, Int(firstRows[stay]))
      let number = base &+ index
      session = session.replaced(by: number, where: flags[stay] & ViewStays.beginsSession != 0)
      if !isWhole, !selected[firstOfStay - firstRow] { continue }
      let (first, last) = (
        UInt64(truncatingIfNeeded: offsets[firstOfStay]),
        UInt64(truncatingIfNeeded: offsets[Int(lastRows[stay])])
      )
      if let units, units.instant(last) >= units.end(of: units.day(of: first)) { return stay }
      if countsVisitors { countVisitor(session, &codeVisitors[Int(codes[index])]) }
      accumulators[Int(groups[index])].add(
        views: Int(stayViews[stay]), from: Int64(first) &* unit, through: Int64(last) &* unit,
        session: session, stay: number, mayBounce: mayBounceAtAll.and(flags[stay] & mask == 0))
    }
    return rest.upperBound
  }

  /// Adds the views of a stay, one by one, to the accumulators of their groups.
  private func countViews<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ stay: Int, _ index: Int, _ offsets: Span<Offset>,
    _ units: RetentionBuckets?, _ session: Int, _ state: inout State
  ) {
    guard let units else { return }
    let unit = block.partition.times.unitMilliseconds
    let code = state.stayCodes[index]
    let mayBounce = bounce.rule != .none && stays.flags[stay] & bouncingMask == 0
    if grouping.countsVisitorsOfCodes { countVisitor(session, &state.codeVisitors[Int(code)]) }
    let (first, last) = (Int(stays.firstRows[stay]), Int(stays.lastRows[stay]))
    block.partition.forEachView(ofStayFrom: first, through: last) { row in
      let offset = UInt64(truncatingIfNeeded: offsets[row])
      let day = UInt32(truncatingIfNeeded: units.day(of: offset))
      let group = state.groups.number(unit: day, code: code)
      state.stays.reserve(group + 1)
      state.stays.accumulators[group].add(
        views: 1, from: Int64(offset) &* unit, through: Int64(offset) &* unit, session: session,
        stay: state.stays.base + index, mayBounce: mayBounce)
    }
  }

  /// Writes the code and the group of each of a block's stays, by the time of its first view.
  private func load<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ range: Range<Int>, _ offsets: Span<Offset>,
    _ units: RetentionBuckets?, _ state: inout State
  ) {
    state.stayRows.removeAll(keepingCapacity: true)
    state.stayRows.append(contentsOf: stays.firstRows[range])
    state.groups.copy(
      grouping.dimension?.codesOfVisits(block), state.stayRows, count: range.count,
      to: &state.stayCodes)
    reset(&state.stays.groups, range.count)
    if let units {
      let rows = state.stayRows
      for index in 0..<range.count {
        let day = units.day(of: UInt64(truncatingIfNeeded: offsets[Int(rows[index])]))
        state.stays.groups[index] = UInt32(truncatingIfNeeded: day)
      }
    }
    state.groups.replace(&state.stays.groups, with: state.stayCodes, count: range.count)
    state.stays.reserve(state.groups.count)
    if grouping.countsVisitorsOfCodes {
      extend(&state.codeVisitors, to: grouping.dimension?.codeCount ?? 0, with: (0, -1))
    }
  }
}

/// Counts a visitor of a code, if it was not the last that was counted for it.
@inline(__always)
func countVisitor(_ session: Int, _ visitors: inout (count: Int, latest: Int)) {
  visitors.count &+= Int(one: visitors.latest != session)
  visitors.latest = session
}

extension Partition {
  /// Calls `body` with the row of each view of a stay, given the rows of its first and its last view.
  fileprivate func forEachView(ofStayFrom first: Int, through last: Int, _ body: (Int) -> Void) {
    let (types, visits) = (types, visits)
    let visit = visits[first]
    for row in first...last where types[row] != EventType.custom && visits[row] == visit { body(row) }
  }
}
