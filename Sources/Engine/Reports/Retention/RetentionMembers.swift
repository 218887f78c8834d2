import Calendar
import System

extension WebsiteColumns {
  /// Returns the tables of a request that needs to look at the members of cohorts one by one.
  func membersReport(
    _ request: RetentionRequest, _ scope: CompiledScope, _ units: RetentionUnits, _ executor: ParallelExecutor
  ) throws(ReportError) -> RetentionReport {
    let members = try RetentionMembers(request, units, self, executor)
    func counts(_ layout: RetentionLayout, slotOfCode: [UInt32]? = nil) -> RetentionCounts {
      let kernel = RetentionMembersKernel(members, layout, slotOfCode: slotOfCode, executor)
      return RetentionCounts(request, units, layout, scan(scope, executor, kernel).cells, executor)
    }
    guard let breakdown = request.breakdown, let dimension = members.dimension else {
      let counts = counts(RetentionLayout(units, request, slots: 1))
      return RetentionReport(table: counts.table(of: 0..<1), groups: [])
    }
    // Few values are told apart at once. With many, those that are shown must be known before.
    if dimension.codeCount <= CompiledDimension.maximumCodesAtOnce {
      let counts = counts(RetentionLayout(units, request, slots: dimension.codeCount))
      let sizes = (0..<dimension.codeCount).map { counts.table(of: [$0]).memberCount }
      let (shown, others) = divide(sizes, breakdown, dimension, executor)
      return report(
        counts, slots: 0..<dimension.codeCount, shown: shown.map { (slot: $0, code: $0) },
        rest: breakdown.rest ? others : [], dimension)
    }
    let sizes = scan(scope, executor, RetentionMembersKernel(countingCodesOf: members, executor)).codes
    let (shown, others) = divide(
      (0..<dimension.codeCount).map { sizes?[$0] ?? 0 }, breakdown, dimension, executor)
    // The last slot holds the codes that are not shown.
    let layout = RetentionLayout(units, request, slots: shown.count + 1)
    var slots = Array(repeating: UInt32(shown.count), count: dimension.codeCount)
    for (slot, code) in shown.enumerated() { slots[code] = UInt32(slot) }
    return report(
      counts(layout, slotOfCode: slots), slots: 0..<layout.slots,
      shown: shown.enumerated().map { (slot: $0, code: $1) },
      rest: breakdown.rest && !others.isEmpty ? [shown.count] : [], dimension)
  }

  /// Returns the table of all slots, one for each slot that is shown, and one for those of the rest.
  private func report(
    _ counts: RetentionCounts, slots: Range<Int>, shown: [(slot: Int, code: Int)], rest: [Int],
    _ dimension: CompiledDimension
  ) -> RetentionReport {
    var groups = shown.map { slot, code in
      RetentionReport.Group(value: dimension.dictionary[code], table: counts.table(of: [slot]))
    }
    if !rest.isEmpty { groups.append(.init(value: nil, table: counts.table(of: rest))) }
    return RetentionReport(table: counts.table(of: slots), groups: groups)
  }

  /// Returns the codes with the most members, by members descending, then by text, and all others that have members.
  private func divide(
    _ sizes: [Int], _ breakdown: RetentionRequest.Breakdown, _ dimension: CompiledDimension,
    _ executor: ParallelExecutor
  ) -> (shown: [Int], others: [Int]) {
    let used = sizes.indices.filter { sizes[$0] > 0 }
    let shown = dimension.dictionary.mostFrequent(breakdown.limit, of: used, executor) { sizes[$0] }
    let isShown = Set(shown)
    return (shown, used.filter { !isShown.contains($0) })
  }
}

/// Which events make members of cohorts, and what is counted of the members. Prepared for one website.
struct RetentionMembers: Sendable {
  let units: RetentionUnits
  let periods: Int
  /// See ``RetentionRequest/maximumRows``.
  let maximumRows: Int
  let start: ConditionEvaluator?
  let returns: ConditionEvaluator?
  let joinsEveryCohort: Bool
  let countsEarlierPeriods: Bool
  let dimension: CompiledDimension?
  /// The money of the website, and the code of the requested currency; nil if no amounts are asked for or there are none.
  let money: (properties: MoneyProperties, currency: UInt32)?

  init(
    _ request: RetentionRequest, _ units: RetentionUnits, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    self.units = units
    (periods, maximumRows) = (request.periods, request.maximumRows)
    joinsEveryCohort = request.cohorts == .every
    countsEarlierPeriods = request.criterion == .onOrAfter
    start = try request.start.map { condition throws(ReportError) in
      try ConditionEvaluator(condition, in: request.scope, website, executor)
    }
    returns = try request.returns.map { condition throws(ReportError) in
      try ConditionEvaluator(condition, in: request.scope, website, executor)
    }
    dimension = try request.breakdown.map { breakdown throws(ReportError) in
      try CompiledDimension(breakdown.dimension, in: request.scope, website, executor)
    }
    money = request.currency.flatMap { website.propertyStrings.code(of: $0, on: executor) }.map {
      (website.money(executor), UInt32($0))
    }
  }
}

/// Follows the members of cohorts: in which units they returned, and their amounts.
struct RetentionMembersKernel: ReportKernel {
  private let members: RetentionMembers
  private let layout: RetentionLayout
  /// Nil if codes are slots.
  private let slotOfCode: [UInt32]?
  /// Whether only the members of each code are counted.
  private let countsCodes: Bool
  private let unitEnds: [Int64]
  private let executor: ParallelExecutor

  init(
    _ members: RetentionMembers, _ layout: RetentionLayout, slotOfCode: [UInt32]? = nil,
    _ executor: ParallelExecutor
  ) {
    (self.members, self.layout, self.slotOfCode, self.executor) = (members, layout, slotOfCode, executor)
    (countsCodes, unitEnds) = (false, members.units.ends)
  }

  init(countingCodesOf members: RetentionMembers, _ executor: ParallelExecutor) {
    (self.members, slotOfCode, self.executor) = (members, nil, executor)
    layout = RetentionLayout(slots: 1, units: 0, columns: 1)
    (countsCodes, unitEnds) = (true, members.units.ends)
  }

  struct State: Sendable {
    var cells: RetentionCells
    /// By code of the dimension: its members. Nil unless only these are counted.
    let codes: SparseCounts?
    fileprivate var start: ConditionEvaluator?
    fileprivate var returns: ConditionEvaluator?
    fileprivate var tables = UnitTables()
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
    /// By row: ``RetentionRole`` bits.
    fileprivate var roles: [UInt8] = []
    fileprivate var events = RetentionEvents()
    /// By event of `events`: the code of the dimension.
    fileprivate var codesOfEvents: [UInt32] = []
    fileprivate var dimensionCodes = DimensionCodes()
    fileprivate var visitor = RetentionVisitor()
    /// Cells that have still to be counted.
    fileprivate var counted: [Int] = []

    fileprivate mutating func countCells() {
      cells.count(counted)
      counted.removeAll(keepingCapacity: true)
    }
  }

  /// Cells are counted when so many are listed, or at the end of a block.
  private static let maximumCountedAtOnce = 1 << 16

  func start() -> State {
    State(
      cells: RetentionCells(layout, maximumRows: members.maximumRows),
      codes: countsCodes ? SparseCounts(count: members.dimension?.codeCount ?? 0) : nil,
      start: members.start, returns: members.returns)
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if state.cells.areTooMany { return }
    if block.selection.isWhole, sessionEndsSuffice {
      switch block.partition.times.offsets {
      case .four(let column): countSessionEnds(block, column.span, &state)
      case .eight(let column): countSessionEnds(block, column.span, &state)
      }
    } else {
      let table = state.tables.table(of: block.partition, unitEnds)
      loadEvents(block, table, &state)
      if state.events.count == 0 { return }
      if let dimension = members.dimension {
        dimension.copy(
          block, state.events.rows, count: state.events.count, &state.dimensionCodes,
          to: &state.codesOfEvents)
      }
      var money = BlockAmounts(block, members.money, executor)
      follow(state.events, state.codesOfEvents, &money, table, &state)
    }
    state.countCells()
  }

  func merge(_ other: State, into state: inout State) {
    state.cells.add(other.cells, executor)
    if let codes = other.codes { state.codes?.add(codes) }
  }

  /// Whether the first and the last event of a visitor tell all that is counted.
  private var sessionEndsSuffice: Bool {
    members.start == nil && members.returns == nil && !members.joinsEveryCohort
      && members.countsEarlierPeriods && members.dimension == nil && members.money == nil
  }

  private func countSessionEnds<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ state: inout State
  ) {
    let table = state.tables.table(of: block.partition, unitEnds)
    let (sessionStarts, numbers) = (block.partition.sessionStarts, members.units.numbers.span)
    let starts = sessionStarts.span
    for session in block.block.sessions {
      let first = offsets[Int(starts[session])]
      let last = offsets[Int(starts[session + 1]) - 1]
      let unit = table.unit(of: UInt64(truncatingIfNeeded: first))
      let latest = table.unit(of: UInt64(truncatingIfNeeded: last))
      let period = min(Int(numbers[latest] - numbers[unit]), members.periods)
      state.counted.append(unit * layout.columns + period)
    }
  }

  private func loadEvents(_ block: BlockRows, _ table: UnitTable, _ state: inout State) {
    let haveRoles = state.start != nil || state.returns != nil
    if !haveRoles, block.selection.isWhole { return state.events.load(block, table) }
    state.marks.load(block)
    if haveRoles {
      loadRoles(block, &state)
    } else {
      state.chosen.load(block, where: block.selected, state.marks)
    }
    state.events.load(state.chosen, haveRoles ? state.roles : nil, block, table)
  }

  /// Chooses the rows that have a role, and finds their roles.
  private func loadRoles(_ block: BlockRows, _ state: inout State) {
    let starts = state.start?.flags(block) ?? block.selected
    let returns = state.returns?.flags(block) ?? block.selected
    extend(&state.roles, to: block.count, with: 0)
    var either = starts
    for row in 0..<block.count {
      state.roles[row] =
        RetentionRole.start * starts[row].asOne | RetentionRole.returns * returns[row].asOne
      either[row] = starts[row].or(returns[row])
    }
    state.chosen.load(block, where: either, state.marks)
  }

  /// Goes through the events of a block, visitor by visitor.
  private func follow(
    _ events: RetentionEvents, _ codes: [UInt32], _ money: inout BlockAmounts, _ table: UnitTable,
    _ state: inout State
  ) {
    let numbers = members.units.numbers
    let (joinsEveryCohort, countsReturns) = (
      members.joinsEveryCohort, !countsCodes && !members.countsEarlierPeriods
    )
    var visitor = state.visitor
    var session = events.sessions[0]
    visitor.begin()
    for event in 0..<events.count {
      // A block has one session if that is long, and an event can count in a cell for each period.
      if event & 0xFFF == 0xFFF, executor.isCancelled { return }
      if state.counted.count >= Self.maximumCountedAtOnce {
        state.countCells()
        if state.cells.areTooMany { return }
      }
      if events.sessions[event] != session {
        finish(visitor, session, &money, table, &state)
        session = events.sessions[event]
        visitor.begin()
      }
      let (unit, roles) = (Int(events.units[event]), events.roles[event])
      if roles & RetentionRole.returns != 0 {
        visitor.latestReturn = unit
        if countsReturns { countReturn(visitor.memberships, in: unit, numbers.span, &state.counted) }
      }
      if roles & RetentionRole.start != 0, joinsEveryCohort || visitor.memberships.isEmpty {
        let code = codes.isEmpty ? 0 : codes[event]
        join(Int(events.rows[event]), unit, code: code, &visitor, &state)
      }
    }
    finish(visitor, session, &money, table, &state)
    state.visitor = visitor
  }

  /// Makes the visitor a member of the cohort of a unit.
  private func join(
    _ row: Int, _ unit: Int, code: UInt32, _ visitor: inout RetentionVisitor, _ state: inout State
  ) {
    if countsCodes {
      state.codes?.increment(Int(code))
      visitor.memberships.append(.init(unit: unit, firstCell: 0, row: row))
      return
    }
    let slot = Int(slotOfCode?[Int(code)] ?? code)
    let cell = (slot * layout.units + unit) * layout.columns
    visitor.memberships.append(.init(unit: unit, firstCell: cell, row: row))
    if !members.countsEarlierPeriods { state.counted.append(cell) }
  }

  /// Counts a visitor who returned in a unit, in the cohorts that are not that of the unit itself.
  @inline(__always)
  private func countReturn(
    _ memberships: [RetentionVisitor.Membership], in unit: Int, _ numbers: Span<Int32>,
    _ counted: inout [Int]
  ) {
    var index = memberships.count
    while index > 0 {
      index -= 1
      let period = Int(numbers[unit] - numbers[memberships[index].unit])
      if period > members.periods { break }
      if period > 0 { counted.append(memberships[index].firstCell + period) }
    }
  }

  /// Counts what is known only after the last event of a visitor.
  private func finish(
    _ visitor: RetentionVisitor, _ session: UInt32, _ money: inout BlockAmounts, _ table: UnitTable,
    _ state: inout State
  ) {
    if countsCodes || visitor.memberships.isEmpty { return }
    if !members.countsEarlierPeriods, members.money == nil { return }
    let numbers = members.units.numbers
    if members.countsEarlierPeriods {
      for membership in visitor.memberships {
        let period =
          visitor.latestReturn > membership.unit
          ? Int(numbers[visitor.latestReturn] - numbers[membership.unit]) : 0
        state.counted.append(membership.firstCell + min(period, members.periods))
      }
    }
    var joined = 0
    money.forEachAmount(ofSession: session) { row, milliseconds, amount in
      let unit = table.unit(at: milliseconds)
      while joined < visitor.memberships.count, visitor.memberships[joined].row <= row { joined += 1 }
      for membership in visitor.memberships[..<joined].reversed() {
        let period = Int(numbers[unit] - numbers[membership.unit])
        if period > members.periods { break }
        state.cells.add(amount, to: membership.firstCell + period)
      }
    }
  }
}

/// The visitor whose events are being followed.
private struct RetentionVisitor: Sendable {
  struct Membership {
    let unit: Int
    /// The cell of period 0.
    let firstCell: Int
    /// The start event, counted from the block's first row.
    let row: Int
  }

  /// By time.
  var memberships: [Membership] = []
  /// The unit of the latest return event; −1 if there is none.
  var latestReturn = -1

  mutating func begin() {
    memberships.removeAll(keepingCapacity: true)
    latestReturn = -1
  }
}
