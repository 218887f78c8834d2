extension TrafficKernel {
  /// Whether the views of a block can be counted stay by stay: all views of a stay are selected or none, and all are in
  /// one group but for their unit of time.
  func countsStays(of block: BlockRows) -> Bool {
    guard case .views = events, !grouping.byCountry else { return false }
    return block.selection.selectsWholeVisits && block.partition.sharedVisits.isEmpty
      && grouping.dimension.map { $0.codesOfVisits(block) != nil } ?? true
  }

  /// Adds the selected views of a block to the accumulators of their groups.
  ///
  /// - Parameter units: Nil if they are not grouped by units.
  func countStays(_ block: BlockRows, _ units: UnitTable?, _ state: inout State) {
    let stays = block.partition.viewStays
    let range = stays.range(of: block.block, in: block.partition)
    selectStays(stays.firstRows.span.extracting(range), block, into: &state.selectedStays)
    switch stays.times {
    case .four(let first, let last):
      countStays(
        block, stays, range, first.span.extracting(range), last.span.extracting(range), units, &state)
    case .eight(let first, let last):
      countStays(
        block, stays, range, first.span.extracting(range), last.span.extracting(range), units, &state)
    }
  }

  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ range: Range<Int>, _ firsts: Span<Offset>,
    _ lasts: Span<Offset>, _ units: UnitTable?, _ state: inout State
  ) {
    let (flags, views) = (stays.flags.span.extracting(range), stays.views.span.extracting(range))
    let unit = block.partition.times.unitMilliseconds
    if units == nil, grouping.dimension == nil {
      state.stays.reserve(1)
      let (selectedStays, begins) = (state.selectedStays, ViewStays.beginsSession)
      let selected = selectedStays.bytes
      return state.stays.accumulators[0].add(
        views: sum(views, selected),
        visitors: block.selection.isWhole
          ? count(flags, (begins, begins), selected) : countSessions(flags, selected),
        visits: countSet(selected, range.count), bounces: count(flags, bounceFlags, selected),
        totalSeconds: wholeSeconds(firsts, lasts, unit, selected))
    }
    loadGroups(block, stays, range, firsts, lasts, units, &state)
    if grouping.countsVisitorsOfCodes { countVisitorsOfCodes(flags, &state) }
    var (start, session) = (0, 0)
    for divided in state.dividedStays {
      countWhole(start..<divided, flags, views, firsts, lasts, unit, &session, &state)
      if flags[divided] & ViewStays.beginsSession != 0 { session = state.stays.base + divided }
      countViews(block, stays, range.lowerBound + divided, divided, units, session, &state)
      start = divided + 1
    }
    countWhole(start..<range.count, flags, views, firsts, lasts, unit, &session, &state)
  }

  /// Of the flags in `mask`, a stay that is a bounce has exactly those in `set`.
  private var bounceFlags: (mask: UInt8, set: UInt8) {
    let oneView = ViewStays.hasOneView
    return switch bounce.rule {
    case .engaged: (oneView | ViewStays.isEngaged, oneView)
    case .single: (oneView, oneView)
    case .none: (0, oneView)
    }
  }

  /// Loads the code and the group of each of a block's stays, by the unit of its first view, and lists the stays that lie
  /// in several units.
  private func loadGroups<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ stays: ViewStays, _ range: Range<Int>, _ firsts: Span<Offset>,
    _ lasts: Span<Offset>, _ units: UnitTable?, _ state: inout State
  ) {
    state.dividedStays.removeAll(keepingCapacity: true)
    extend(&state.stays.groups, to: range.count, with: 0)
    if let units { copyUnits(firsts, lasts, units, to: &state.stays.groups, divided: &state.dividedStays) }
    if let codes = grouping.dimension?.codesOfVisits(block) {
      state.groups.copy(codes, stays.firstRows.span.extracting(range), to: &state.stayCodes)
      state.groups.replace(&state.stays.groups, with: state.stayCodes, count: range.count)
    }
    state.stays.reserve(state.groups.count)
  }

  /// Counts the visitors of the code of each selected stay.
  private func countVisitorsOfCodes(_ flags: Span<UInt8>, _ state: inout State) {
    extend(&state.codeVisitors, to: grouping.dimension?.codeCount ?? 0, with: (0, -1))
    let (base, selectedStays, codesOfStays) = (state.stays.base, state.selectedStays, state.stayCodes)
    let (selected, codes) = (selectedStays.span, codesOfStays.span)
    var codeVisitors = state.codeVisitors.mutableSpan
    precondition(selected.count >= flags.count && codes.count >= flags.count)
    var session = 0
    for index in flags.indices {
      let begins = flags[unchecked: index] & ViewStays.beginsSession != 0
      session = session.replaced(by: base &+ index, where: begins)
      if selected[unchecked: index] { countVisitor(session, &codeVisitors[Int(codes[unchecked: index])]) }
    }
  }

  /// Adds those of the stays in `indices` that are selected to the accumulators of their groups. Each lies in one unit.
  ///
  /// - Parameter session: The number of the session of the stay before, and then of the last.
  private func countWhole<Offset: FixedWidthInteger & UnsignedInteger>(
    _ indices: Range<Int>, _ flags: Span<UInt8>, _ views: Span<UInt32>, _ firsts: Span<Offset>,
    _ lasts: Span<Offset>, _ unit: Int64, _ session: inout Int, _ state: inout State
  ) {
    let (base, bounce, isInSeconds) = (state.stays.base, bounceFlags, unit == 1000)
    let (selectedStays, groupsOfStays) = (state.selectedStays, state.stays.groups)
    let (selected, groups) = (selectedStays.span, groupsOfStays.span)
    var accumulators = state.stays.accumulators.mutableSpan
    precondition(indices.upperBound <= flags.count && views.count == flags.count)
    precondition(firsts.count == flags.count && lasts.count == flags.count)
    precondition(selected.count >= flags.count && groups.count >= flags.count)
    for index in indices {
      let (number, flags) = (base &+ index, flags[unchecked: index])
      session = session.replaced(by: number, where: flags & ViewStays.beginsSession != 0)
      if !selected[unchecked: index] { continue }
      let length = lasts[unchecked: index] &- firsts[unchecked: index]
      accumulators[Int(groups[unchecked: index])].add(
        wholeStay: number, session: session, views: Int(views[unchecked: index]),
        seconds: Int64(truncatingIfNeeded: isInSeconds ? length : length / 1000),
        isBounce: flags & bounce.mask == bounce.set)
    }
  }

  /// Adds the views of a stay, one by one, to the accumulators of their groups.
  private func countViews(
    _ block: BlockRows, _ stays: ViewStays, _ stay: Int, _ index: Int, _ units: UnitTable?,
    _ session: Int, _ state: inout State
  ) {
    guard let units, state.selectedStays[index] else { return }
    let rows = Int(stays.firstRows[stay])...Int(stays.lastRows[stay])
    switch block.partition.times.offsets {
    case .four(let column):
      countViews(rows, column.span, block, stays.flags[stay], index, units, session, &state)
    case .eight(let column):
      countViews(rows, column.span, block, stays.flags[stay], index, units, session, &state)
    }
  }

  private func countViews<Offset: FixedWidthInteger & UnsignedInteger>(
    _ rows: ClosedRange<Int>, _ offsets: Span<Offset>, _ block: BlockRows, _ flags: UInt8, _ index: Int,
    _ units: UnitTable, _ session: Int, _ state: inout State
  ) {
    let unit = block.partition.times.unitMilliseconds
    let code = grouping.dimension == nil ? 0 : state.stayCodes[index]
    // Whether it has one view does not matter: it may have only one in a unit.
    let mayBounce = (flags | ViewStays.hasOneView) & bounceFlags.mask == bounceFlags.set
    let number = state.stays.base + index
    block.partition.forEachView(ofStayFrom: rows.lowerBound, through: rows.upperBound) { row in
      let offset = UInt64(truncatingIfNeeded: offsets[row])
      let group = state.groups.number(
        unit: UInt32(truncatingIfNeeded: units.unit(of: offset)), code: code)
      let time = Int64(truncatingIfNeeded: offset) &* unit
      state.stays.reserve(group + 1)
      state.stays.accumulators[group].add(
        views: 1, from: time, through: time, session: session, stay: number, mayBounce: mayBounce)
    }
  }
}

/// Writes a flag for each stay of a block, given the rows of their first views: whether it is selected.
private func selectStays(_ firstRows: Span<UInt32>, _ block: BlockRows, into flags: inout [Bool]) {
  extend(&flags, to: firstRows.count, with: false)
  let (selectedRows, firstRow) = (block.selected, block.block.rows.lowerBound)
  let selected = selectedRows.span
  var flags = flags.mutableSpan
  if block.selection.isWhole {
    for stay in firstRows.indices { flags[unchecked: stay] = true }
  } else {
    for stay in firstRows.indices {
      flags[unchecked: stay] = selected[Int(firstRows[unchecked: stay]) &- firstRow]
    }
  }
}

/// Writes the unit of each stay's first view, and the indices of the stays whose last view lies in a later one.
private func copyUnits<Offset: FixedWidthInteger & UnsignedInteger>(
  _ firsts: Span<Offset>, _ lasts: Span<Offset>, _ units: UnitTable, to numbers: inout [UInt32],
  divided: inout [Int]
) {
  var numbers = numbers.mutableSpan
  precondition(lasts.count == firsts.count && numbers.count >= firsts.count)
  for stay in firsts.indices {
    let first = UInt64(truncatingIfNeeded: firsts[unchecked: stay])
    let last = units.instant(UInt64(truncatingIfNeeded: lasts[unchecked: stay]))
    var unit = units.earliestUnit(of: first)
    // A stay that ends in the unit in which its bucket starts lies in that unit.
    if last >= units.end(of: unit) {
      unit = units.unit(of: first)
      if last >= units.end(of: unit) { divided.append(stay) }
    }
    numbers[unchecked: stay] = UInt32(truncatingIfNeeded: unit)
  }
}

// Sums over the selected stays of a block: those whose flag is 1. The compiler vectorises most of these loops.

private func sum(_ views: Span<UInt32>, _ selected: Span<UInt8>) -> Int {
  precondition(selected.count >= views.count)
  var total: UInt64 = 0
  var stay = 0
  while stay < views.count {
    total &+= UInt64(views[unchecked: stay] & (0 &- UInt32(selected[unchecked: stay])))
    stay &+= 1
  }
  return Int(total)
}

/// Counts the sessions that have a selected stay.
private func countSessions(_ flags: Span<UInt8>, _ selected: Span<UInt8>) -> Int {
  precondition(selected.count >= flags.count)
  var total: UInt64 = 0
  /// 1 if a stay of the current session was counted, else 0.
  var isCounted: UInt64 = 0
  for stay in flags.indices {
    let isSelected = UInt64(selected[unchecked: stay])
    isCounted &= UInt64(~flags[unchecked: stay] & ViewStays.beginsSession)
    total &+= isSelected & ~isCounted
    isCounted |= isSelected
  }
  return Int(total)
}

/// Counts the stays that have, of the flags in `wanted.mask`, exactly those in `wanted.set`.
private func count(_ flags: Span<UInt8>, _ wanted: (mask: UInt8, set: UInt8), _ selected: Span<UInt8>) -> Int
{
  precondition(selected.count >= flags.count)
  // Rows of a partition, of which there are more than stays, have numbers of 32 bits.
  var total: UInt32 = 0
  var stay = 0
  while stay < flags.count {
    let isWanted: UInt8 = flags[unchecked: stay] & wanted.mask == wanted.set ? 1 : 0
    total &+= UInt32(selected[unchecked: stay] & isWanted)
    stay &+= 1
  }
  return Int(total)
}

/// Returns the sum of the whole seconds from the first to the last view of each stay.
private func wholeSeconds<Offset: FixedWidthInteger & UnsignedInteger>(
  _ firsts: Span<Offset>, _ lasts: Span<Offset>, _ unit: Int64, _ selected: Span<UInt8>
) -> Int64 {
  unit == 1000 ? sum(firsts, lasts, selected) { $0 } : sum(firsts, lasts, selected) { $0 / 1000 }
}

@inline(__always)
private func sum<Offset: FixedWidthInteger & UnsignedInteger>(
  _ firsts: Span<Offset>, _ lasts: Span<Offset>, _ selected: Span<UInt8>, _ seconds: (Offset) -> Offset
) -> Int64 {
  precondition(lasts.count == firsts.count && selected.count >= firsts.count)
  var total: UInt64 = 0
  var stay = 0
  while stay < firsts.count {
    let length = seconds(lasts[unchecked: stay] &- firsts[unchecked: stay])
    total &+= UInt64(length & (0 &- Offset(selected[unchecked: stay])))
    stay &+= 1
  }
  return Int64(truncatingIfNeeded: total)
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
