/// How events are grouped: by the code of a dimension, by its code and country, by unit of time, or by unit of
/// time and code.
struct TrafficGrouping: Sendable {
  var dimension: CompiledDimension?
  /// Replaces the codes of the dimension: at the code. It makes few groups of many codes.
  var slots: [UInt32]?
  var byCountry = false
  var units: TimeUnits?
  /// Whether the visitors of each code are counted too, in all units together.
  var countsVisitorsOfCodes = false
  /// The number of country codes.
  var countryCount = 0

  /// The codes below which all second halves of the groups' pairs are; nil if groups are no pairs.
  fileprivate var pairs: GroupKeyTable? {
    if byCountry { return GroupKeyTable(secondCount: countryCount) }
    guard units != nil, let dimension else { return nil }
    return GroupKeyTable(secondCount: slots == nil ? dimension.codeCount : Int(slots?.max() ?? 0) + 1)
  }
}

/// Counts the events of every group. Consecutive events of one visit in one group are counted together.
struct TrafficKernel: ReportKernel {
  let events: CountedEvents
  let grouping: TrafficGrouping
  let bounce: BounceTest
  let countsCustomEvents: Bool
  let executor: ParallelExecutor

  struct State: Sendable {
    var groups: TrafficGroups
    var stays = StayCounter()
    /// By stay of the block: whether it is selected, and the code of its dimension; see `ViewStays`.
    var selectedStays: [Bool] = []
    var stayCodes: [UInt32] = []
    /// The stays of the block, counted from its first, that lie in several units.
    var dividedStays: [Int] = []
    /// Custom events by group.
    var customEvents: [Int] = []
    /// The visitors of each code, and the session that was counted last.
    var codeVisitors: [(count: Int, latest: Int)] = []
  }

  func start() -> State { State(groups: TrafficGroups(grouping)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if countsCustomEvents { countCustomEvents(block, &state) }
    if countsStays(of: block), countStays(block, &state) { return }
    load(block, events, &state)
    if state.stays.order.count == 0 { return state.stays.advance(past: block) }
    state.stays.divideByGroups()
    state.stays.reserve(state.groups.count)
    if grouping.countsVisitorsOfCodes { countVisitorsOfCodes(&state) }
    state.stays.count(block, bounce)
  }

  func merge(_ other: State, into state: inout State) {
    let numbers = state.groups.numbers(of: other.groups)
    state.stays.merge(other.stays, executor) { numbers[$0] }
    extend(&state.customEvents, to: state.groups.count, with: 0)
    executor.forEach(other.customEvents.indices) { group in
      state.customEvents[numbers[group]] += other.customEvents[group]
    }
    extend(&state.codeVisitors, to: other.codeVisitors.count, with: (0, -1))
    executor.forEach(other.codeVisitors.indices) { code in
      state.codeVisitors[code].count += other.codeVisitors[code].count
    }
  }

  /// Loads the selected events of a kind, with their groups.
  private func load(_ block: BlockRows, _ events: CountedEvents, _ state: inout State) {
    mark(block, events, &state)
    if hasSet(state.stays.flags.bytes, block.count) {
      state.stays.order.load(block, where: state.stays.flags)
    } else {
      state.stays.order.removeAll()
    }
    state.groups.load(block, state.stays.order, into: &state.stays.groups)
  }

  /// Marks the selected events of a kind that have a group.
  private func mark(_ block: BlockRows, _ events: CountedEvents, _ state: inout State) {
    block.mark(events, into: &state.stays.flags)
    grouping.dimension?.clearOwnReferrers(block, &state.stays.flags)
  }

  /// Counts the views of a block stay by stay, if units of time are listed.
  private func countStays(_ block: BlockRows, _ state: inout State) -> Bool {
    let units = state.groups.listedUnits(of: block.partition)
    if grouping.units != nil, units == nil { return false }
    countStays(block, units, &state)
    state.stays.advance(past: block)
    return true
  }

  private func countCustomEvents(_ block: BlockRows, _ state: inout State) {
    if grouping.dimension == nil, grouping.units == nil {
      extend(&state.customEvents, to: 1, with: 0)
      state.customEvents[0] += block.count(ofType: EventType.custom)
      return
    }
    if grouping.dimension?.dependsOnCountedRows ?? false {
      load(block, .custom, &state)
    } else {
      mark(block, .custom, &state)
      state.stays.order.loadRows(block, where: state.stays.flags)
      state.groups.load(block, state.stays.order, into: &state.stays.groups)
    }
    extend(&state.customEvents, to: state.groups.count, with: 0)
    let groupsOfEvents = state.stays.groups
    let groups = groupsOfEvents.span.extracting(0..<state.stays.order.count)
    var counts = state.customEvents.mutableSpan
    for index in groups.indices { counts[Int(groups[index])] &+= 1 }
  }

  private func countVisitorsOfCodes(_ state: inout State) {
    let stays = state.stays
    extend(&state.codeVisitors, to: grouping.dimension?.codeCount ?? 0, with: (0, -1))
    let (starts, sessions) = (stays.runStarts, stays.order.sessions)
    for run in 0..<stays.runCount {
      let first = Int(starts[run])
      let code = Int(state.groups.codeOfRow(first))
      countVisitor(stays.base + Int(sessions[first]), &state.codeVisitors[code])
    }
  }
}

/// Assigns numbers to the groups of one thread.
struct TrafficGroups: Sendable {
  private let grouping: TrafficGrouping
  /// Code and country, or unit and code; nil if a group is a code or a unit.
  private var pairs: GroupKeyTable?
  private var units: RowUnits?
  private var codes = DimensionCodes()
  private var seconds: [UInt32] = []
  private var highest = 0

  init(_ grouping: TrafficGrouping) {
    self.grouping = grouping
    pairs = grouping.pairs
    units = grouping.units.map(RowUnits.init)
  }

  /// All numbers are below this.
  var count: Int {
    if let pairs { return pairs.count }
    if let units { return units.count }
    return max(grouping.dimension?.codeCount ?? 1, highest)
  }

  /// The table of the units of a partition's times; nil if units are not listed.
  mutating func listedUnits(of partition: Partition) -> UnitTable? {
    units?.listedUnits(of: partition)
  }

  /// Writes the group of each row of `order` to `groups`.
  mutating func load(_ block: BlockRows, _ order: VisitOrder, into groups: inout [UInt32]) {
    extend(&groups, to: max(order.count, 1), with: 0)
    if let dimension = grouping.dimension {
      if units == nil {
        dimension.copy(block, order, &codes, to: &groups)
        replaceBySlots(&groups, order.count)
        guard grouping.byCountry else { return }
        order.copyCodes(.country, of: block, to: &seconds)
        pairs?.replace(&groups, with: seconds, count: order.count)
      } else {
        dimension.copy(block, order, &codes, to: &seconds)
        replaceBySlots(&seconds, order.count)
        units?.copy(block, order, to: &groups)
        pairs?.replace(&groups, with: seconds, count: order.count)
      }
    } else if units != nil {
      units?.copy(block, order, to: &groups)
    } else {
      for index in 0..<order.count { groups[index] = 0 }
    }
  }

  private func replaceBySlots(_ codes: inout [UInt32], _ count: Int) {
    guard let slots = grouping.slots else { return }
    for index in 0..<count { codes[index] = slots[Int(codes[index])] }
  }

  /// Writes the code (slot) of each of `rows` of a partition to the start of `codes`.
  func copy(_ column: CodeColumn, _ rows: Span<UInt32>, to codes: inout [UInt32]) {
    column.copy(rows, from: 0, to: &codes)
    replaceBySlots(&codes, rows.count)
  }

  /// Replaces each of `count` units (0, without units) by the number of its group with a code.
  mutating func replace(_ units: inout [UInt32], with codes: [UInt32], count: Int) {
    if pairs != nil {
      pairs?.replace(&units, with: codes, count: count)
    } else if self.units == nil {
      for index in 0..<count { units[index] = codes[index] }
    }
  }

  /// Returns the number of the group of a unit and a code.
  mutating func number(unit: UInt32, code: UInt32) -> Int { Int(pairs?.number(unit, code) ?? unit) }

  /// The code (slot) of a row of the order that was loaded last, if groups are pairs of a unit and a code.
  func codeOfRow(_ index: Int) -> UInt32 { seconds[index] }

  /// The code (slot) of a group, its country, and the first instant of its unit.
  func key(of group: Int) -> (code: UInt32, country: UInt32, unit: Int) {
    guard let pairs else { return units == nil ? (UInt32(group), 0, 0) : (0, 0, group) }
    let (first, second) = pairs.pairs[group]
    return units == nil ? (first, second, 0) : (second, 0, Int(first))
  }

  /// The first instant of a unit's number.
  func unitStart(_ unit: Int) -> Int64 { units?.start(of: unit) ?? 0 }

  /// Returns the number here of each group of another thread.
  mutating func numbers(of other: TrafficGroups) -> [Int] {
    highest = max(highest, other.count)
    let unitNumbers = other.units.map { units?.numbers(of: $0) ?? [] }
    guard let otherPairs = other.pairs else { return unitNumbers ?? Array(0..<other.count) }
    return otherPairs.pairs.map { first, second in
      Int(pairs?.number(unitNumbers.map { UInt32($0[Int(first)]) } ?? first, second) ?? 0)
    }
  }
}

/// What a scan has counted, by group.
struct TrafficCounts {
  let groups: TrafficGroups
  private let state: TrafficKernel.State
  private let sharedVisits: [Int: Int]

  init(_ state: TrafficKernel.State, _ executor: ParallelExecutor) {
    self.state = state
    groups = state.groups
    sharedVisits = state.stays.distinctSharedVisits(executor)
  }

  /// The groups that have a counted event or a custom event.
  var used: [Int] {
    (0..<groups.count).filter { views(of: $0) > 0 || customEvents(of: $0) > 0 }
  }

  func views(of group: Int) -> Int {
    group < state.stays.accumulators.count ? state.stays.accumulators[group].views : 0
  }

  /// The visitors of a code in all units together.
  func visitorsOfCode(_ code: Int) -> Int {
    code < state.codeVisitors.count ? state.codeVisitors[code].count : 0
  }

  func visitors(of group: Int) -> Int {
    group < state.stays.accumulators.count ? state.stays.accumulators[group].visitors : 0
  }

  private func customEvents(of group: Int) -> Int {
    group < state.customEvents.count ? state.customEvents[group] : 0
  }

  func numbers(of group: Int) -> TrafficNumbers {
    var numbers = TrafficNumbers(customEvents: customEvents(of: group))
    guard group < state.stays.accumulators.count else { return numbers }
    let accumulator = state.stays.accumulators[group]
    numbers.views = accumulator.views
    numbers.visitors = accumulator.visitors
    numbers.visits = accumulator.visits + sharedVisits[group, default: 0]
    numbers.bounces = accumulator.bounces
    numbers.totalSeconds = accumulator.totalSeconds
    return numbers
  }
}
