import System

/// A goal for one value of the visits in which it was reached, or for all values that were cut off.
public struct GoalValue: Sendable, Equatable {
  /// Nil for the rest.
  public let value: String?
  /// The events that reach the goal.
  public internal(set) var result: Int
  /// Their visitors.
  public internal(set) var visitors: Int
  /// The visitors with any event in a visit of the value.
  public internal(set) var total: Int

  package init(value: String?, result: Int, visitors: Int, total: Int) {
    (self.value, self.result, self.visitors, self.total) = (value, result, visitors, total)
  }
}

extension WebsiteColumns {
  /// Returns the values of each goal, by result descending, then by value; the rest comes last.
  func goalValues(
    _ request: GoalsRequest, _ by: GoalsRequest.By, _ events: GoalEvents, _ scope: CompiledScope,
    _ executor: ParallelExecutor
  ) throws(ReportError) -> [[GoalValue]] {
    let dimension = try CompiledDimension(.visit(by.value), in: request.scope, self, executor)
    // Some goals at once, so that memory grows with the values and not with goals × values.
    let goalsAtOnce = max(Self.maximumPairsAtOnce / max(dimension.codeCount, 1), 1)
    var values: [[GoalValue]] = []
    for first in stride(from: 0, to: events.count, by: goalsAtOnce) where !executor.isCancelled {
      let goals = first..<min(first + goalsAtOnce, events.count)
      values += goalValues(goals, by, events, dimension, scope, executor)
    }
    // Of a cancelled request, some goals may be missing.
    values += Array(repeating: [], count: events.count - values.count)
    return values
  }

  /// The maximum number of pairs of a goal and a value that are counted in one scan, unless one goal has more.
  private static let maximumPairsAtOnce = 1 << 20

  /// Returns the values of some of the goals.
  private func goalValues(
    _ goals: Range<Int>, _ by: GoalsRequest.By, _ events: GoalEvents, _ dimension: CompiledDimension,
    _ scope: CompiledScope, _ executor: ParallelExecutor
  ) -> [[GoalValue]] {
    let counts = scan(scope, executor, GoalValuesKernel(goals, events, dimension)).counts
    let texts = dimension.dictionary
    var groupsOfGoal: [[Int]] = Array(repeating: [], count: goals.count)
    executor.forEach(counts.groups.pairs.indices) { group in
      groupsOfGoal[Int(counts.groups.pairs[group].first)].append(group)
    }
    func code(_ group: Int) -> Int { Int(counts.groups.pairs[group].second) }
    let shown = groupsOfGoal.map { groups in
      executor.first(by.limit, of: groups) { a, b in
        let (resultOfA, resultOfB) = (counts.numbers[a].events, counts.numbers[b].events)
        return resultOfA != resultOfB ? resultOfA > resultOfB : texts.precedes(code(a), code(b))
      }
    }
    var values = shown.map { groups in
      groups.map { group in
        GoalValue(
          value: texts[code(group)], result: counts.numbers[group].events,
          visitors: counts.numbers[group].visitors, total: counts.totals[code(group)].visitors)
      }
    }
    if !by.rest { return values }
    let cut = CutValues(counts, isShown: Set(shown.joined()), codeCount: dimension.codeCount, executor)
    if cut.isEmpty { return values }
    let rest = scan(scope, executor, GoalRestKernel(goals, events, dimension, cut)).numbers
    for goal in values.indices where groupsOfGoal[goal].count > shown[goal].count {
      values[goal].append(
        GoalValue(
          value: nil, result: rest[goal].events, visitors: rest[goal].visitors, total: rest[goal].total))
    }
    return values
  }
}

/// The visitors of a group of events. Sessions come in order, and each is in only one block.
private struct VisitorCount: Sendable {
  var visitors = 0
  /// The session that was counted last.
  private var latest = -1

  mutating func add(_ session: Int) {
    visitors += latest == session ? 0 : 1
    latest = session
  }
}

/// Counts the events that reach each goal, and their visitors, for each code of a dimension, and the visitors with any
/// event of the code.
private struct GoalValuesKernel: ReportKernel {
  /// The goals that are counted; numbers of goals are counted from the first.
  let goals: Range<Int>
  let events: GoalEvents
  let dimension: CompiledDimension

  init(_ goals: Range<Int>, _ events: GoalEvents, _ dimension: CompiledDimension) {
    (self.goals, self.events, self.dimension) = (goals, events, dimension)
  }

  struct Counts: Sendable {
    /// Pairs of a goal and a code.
    var groups: GroupKeyTable
    /// By group.
    var numbers: [(events: Int, visitors: Int)] = []
    fileprivate var latest: [Int] = []
    /// By code.
    var totals: [VisitorCount]
  }

  struct State: Sendable {
    var counts: Counts
    fileprivate var events: GoalEvents
    fileprivate var rows: [UInt32] = []
    fileprivate var codes = DimensionCodes()
    /// By row.
    fileprivate var codesOfRows: [UInt32] = []
    /// A number for the block's first session that makes the numbers of sessions unique.
    fileprivate var firstSession = 0
  }

  func start() -> State {
    State(
      counts: Counts(
        groups: GroupKeyTable(secondCount: max(dimension.codeCount, 1)),
        totals: Array(repeating: VisitorCount(), count: dimension.codeCount)),
      events: events)
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    dimension.copy(block, &state.codes, to: &state.codesOfRows)
    let offset = state.firstSession - block.block.sessions.lowerBound
    block.listSelected(into: &state.rows)
    block.forEachRun(of: state.rows, state.codesOfRows) { code, session, _ in
      state.counts.totals[Int(code)].add(session + offset)
    }
    for (goal, number) in goals.enumerated() {
      state.events.list(number, block, into: &state.rows)
      block.forEachRun(of: state.rows, state.codesOfRows) { code, session, events in
        state.counts.add(events, goal: goal, code: code, session: session + offset)
      }
    }
    state.firstSession += block.block.sessions.count
  }

  func merge(_ other: State, into state: inout State) {
    for (group, pair) in other.counts.groups.pairs.enumerated() {
      let number = Int(state.counts.groups.number(pair.first, pair.second))
      extend(&state.counts.numbers, to: number + 1, with: (0, 0))
      state.counts.numbers[number].events += other.counts.numbers[group].events
      state.counts.numbers[number].visitors += other.counts.numbers[group].visitors
    }
    for code in state.counts.totals.indices {
      state.counts.totals[code].visitors += other.counts.totals[code].visitors
    }
  }
}

extension GoalValuesKernel.Counts {
  fileprivate mutating func add(_ events: Int, goal: Int, code: UInt32, session: Int) {
    let group = Int(groups.number(UInt32(goal), code))
    extend(&numbers, to: group + 1, with: (0, 0))
    extend(&latest, to: group + 1, with: -1)
    numbers[group].events += events
    numbers[group].visitors += latest[group] == session ? 0 : 1
    latest[group] = session
  }
}

extension BlockRows {
  /// Calls `body` with each run of rows that have one session and one code.
  ///
  /// - Parameters:
  ///   - rows: Ascending, counted from the block's first row.
  ///   - codes: By row of the block.
  fileprivate func forEachRun(
    of rows: [UInt32], _ codes: [UInt32], _ body: (_ code: UInt32, _ session: Int, _ count: Int) -> Void
  ) {
    var walk = SessionWalk(self)
    var (session, code, count) = (-1, UInt32(0), 0)
    for row in rows {
      let next = codes[Int(row)]
      if walk.goes(to: row) || next != code {
        if count > 0 { body(code, session, count) }
        (session, code, count) = (walk.session, next, 0)
      }
      count += 1
    }
    if count > 0 { body(code, session, count) }
  }
}

/// The goals in which each code is cut off.
private struct CutValues: Sendable {
  /// By code: its first goal in `goals`; the last entry is the number of all.
  private var starts: [UInt32]
  /// Ascending for each code.
  private var goals: [UInt32] = []

  init(
    _ counts: GoalValuesKernel.Counts, isShown: Set<Int>, codeCount: Int, _ executor: ParallelExecutor
  ) {
    starts = Array(repeating: 0, count: codeCount + 1)
    var pairs: [(goal: UInt32, code: UInt32)] = []
    executor.forEach(counts.groups.pairs.indices) { group in
      if !isShown.contains(group) {
        pairs.append((counts.groups.pairs[group].first, counts.groups.pairs[group].second))
      }
    }
    executor.sort(&pairs) { ($0.code, $0.goal) < ($1.code, $1.goal) }
    goals = pairs.map(\.goal)
    for pair in pairs { starts[Int(pair.code) + 1] += 1 }
    for code in 0..<codeCount { starts[code + 1] += starts[code] }
  }

  var isEmpty: Bool { goals.isEmpty }

  /// The goals in which a code is cut off, ascending.
  func goals(of code: UInt32) -> ArraySlice<UInt32> {
    goals[Int(starts[Int(code)])..<Int(starts[Int(code) + 1])]
  }

  func contains(_ goal: UInt32, code: UInt32) -> Bool {
    let goals = goals(of: code)
    let index = goals.indices.partitionPoint { goals[$0] >= goal }
    return index < goals.endIndex && goals[index] == goal
  }
}

/// Counts the numbers of the values that are cut off, all together for each goal.
private struct GoalRestKernel: ReportKernel {
  /// The goals that are counted; numbers of goals are counted from the first.
  let goals: Range<Int>
  let events: GoalEvents
  let dimension: CompiledDimension
  let cut: CutValues

  init(_ goals: Range<Int>, _ events: GoalEvents, _ dimension: CompiledDimension, _ cut: CutValues) {
    (self.goals, self.events, self.dimension, self.cut) = (goals, events, dimension, cut)
  }

  struct Rest: Sendable {
    var events = 0
    fileprivate var reached = VisitorCount()
    fileprivate var all = VisitorCount()

    var visitors: Int { reached.visitors }
    var total: Int { all.visitors }
  }

  struct State: Sendable {
    /// By goal.
    var numbers: [Rest]
    fileprivate var events: GoalEvents
    fileprivate var rows: [UInt32] = []
    fileprivate var codes = DimensionCodes()
    fileprivate var codesOfRows: [UInt32] = []
    fileprivate var firstSession = 0
  }

  func start() -> State {
    State(numbers: Array(repeating: Rest(), count: goals.count), events: events)
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    dimension.copy(block, &state.codes, to: &state.codesOfRows)
    let offset = state.firstSession - block.block.sessions.lowerBound
    block.listSelected(into: &state.rows)
    block.forEachRun(of: state.rows, state.codesOfRows) { code, session, _ in
      for goal in cut.goals(of: code) { state.numbers[Int(goal)].all.add(session + offset) }
    }
    for (goal, number) in goals.enumerated() {
      state.events.list(number, block, into: &state.rows)
      block.forEachRun(of: state.rows, state.codesOfRows) { code, session, events in
        guard cut.contains(UInt32(goal), code: code) else { return }
        state.numbers[goal].events += events
        state.numbers[goal].reached.add(session + offset)
      }
    }
    state.firstSession += block.block.sessions.count
  }

  func merge(_ other: State, into state: inout State) {
    for goal in state.numbers.indices {
      state.numbers[goal].events += other.numbers[goal].events
      state.numbers[goal].reached.visitors += other.numbers[goal].reached.visitors
      state.numbers[goal].all.visitors += other.numbers[goal].all.visitors
    }
  }
}
