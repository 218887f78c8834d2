/// The goals of insights, compiled for one website: a visitor reaches a goal with any matching event in range.
struct InsightsGoals: Sendable {
  fileprivate let range: InstantRange
  fileprivate let evaluators: [ConditionEvaluator]

  init(
    _ goals: [EventCondition], in scope: ReportScope, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    range = scope.range
    var evaluators: [ConditionEvaluator] = []
    for goal in goals { evaluators.append(try ConditionEvaluator(goal, in: scope, website, executor)) }
    self.evaluators = evaluators
  }

  var isEmpty: Bool { evaluators.isEmpty }
  var count: Int { evaluators.count }
}

/// Which goals the sessions of the current block reach. Each thread has one.
struct SessionGoals: Sendable {
  private let range: InstantRange
  private var evaluators: [ConditionEvaluator]
  /// By first row of the session: a bit for each goal.
  private var bits: [UInt64] = []

  init(_ goals: InsightsGoals) { (range, evaluators) = (goals.range, goals.evaluators) }

  mutating func load(_ block: BlockRows) {
    reset(&bits, block.count)
    var selection = SelectionMask()
    if range.contains(block.block.times) {
      selection.selectAll(block.count)
    } else {
      selection.select(block.count, wholeVisits: false) {
        block.partition.times.narrow(&$0, block.block.rows, to: range)
      }
    }
    let all = BlockRows(
      partition: block.partition, number: block.number, block: block.block, selection: selection)
    for goal in evaluators.indices {
      let flags = evaluators[goal].flags(all)
      var (session, rows) = (-1, 0..<0)
      forEachSet(flags.bytes, block.count) { row in
        while !rows.contains(row) {
          session += 1
          rows = block.rows(ofSession: session)
        }
        bits[rows.lowerBound] |= 1 << UInt64(goal)
      }
    }
  }

  /// A bit for each goal that a session reaches. `session` is its first row.
  func reached(bySession session: UInt32) -> UInt64 { bits[Int(session)] }
}

/// The visitors of each group that reach each goal.
struct GoalCounts: Sendable {
  private let goalCount: Int
  private var sessions: SessionGoals
  /// At group × `goalCount` + goal.
  private var visitors: [Int] = []
  /// By group: the session that was counted last.
  private var latest: [Int] = []

  init(_ goals: InsightsGoals) {
    goalCount = goals.count
    sessions = SessionGoals(goals)
  }

  /// Counts the runs of a block.
  mutating func count(_ block: BlockRows, _ stays: StayCounter, groupCount: Int) {
    sessions.load(block)
    extend(&visitors, to: groupCount * goalCount, with: 0)
    extend(&latest, to: groupCount, with: -1)
    for run in 0..<stays.runCount {
      let first = Int(stays.runStarts[run])
      let (group, start) = (Int(stays.groups[first]), stays.order.sessions[first])
      let session = stays.base + Int(start)
      if latest[group] == session { continue }
      latest[group] = session
      sessions.reached(bySession: start).forEachSetBit { visitors[group * goalCount + $0] += 1 }
    }
  }

  /// Adds what another thread has counted of one of its groups.
  mutating func add(_ other: GoalCounts, _ number: Int, to group: Int) {
    if goalCount == 0 { return }
    extend(&visitors, to: (group + 1) * goalCount, with: 0)
    for goal in 0..<goalCount {
      visitors[group * goalCount + goal] += other.visitors[number * goalCount + goal]
    }
  }

  /// Returns the visitors of a group, for each goal.
  func visitors(of group: Int) -> [Int] {
    (0..<goalCount).map { goal in
      let index = group * goalCount + goal
      return index < visitors.count ? visitors[index] : 0
    }
  }
}
