/// Finds the events of a block that reach each goal. Each thread has one of its own.
struct GoalEvents: Sendable {
  private enum Source {
    case condition(ConditionEvaluator)
    case properties(PropertySource)
    /// No event can reach the goal.
    case none
  }

  private var sources: [Source] = []

  init(
    _ request: GoalsRequest, _ goals: CompiledGoals, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) throws(ReportError) {
    for (index, goal) in request.goals.enumerated() {
      let pattern: EventCondition
      switch goal {
      case .path(let path): pattern = .pattern(.urlPath, path)
      case .event(let name): pattern = .pattern(.eventName, name)
      case .condition:
        sources.append(goals.conditions[index].map { .condition($0) } ?? .none)
        continue
      case .eventData:
        let source = goals.sources.ofGoal[index].map { goals.sources.all[$0] }
        sources.append(source.map { .properties($0) } ?? .none)
        continue
      }
      sources.append(.condition(try ConditionEvaluator(pattern, in: request.scope, website, executor)))
    }
  }

  var count: Int { sources.count }

  /// Writes the rows of the selected events that reach a goal, counted from the block's first row, to `rows`.
  mutating func list(_ goal: Int, _ block: BlockRows, into rows: inout [UInt32]) {
    rows.removeAll(keepingCapacity: true)
    switch sources[goal] {
    case .condition(var evaluator):
      // Taken out meanwhile, so that it is not copied when it changes.
      sources[goal] = .none
      let flags = evaluator.flags(block)
      sources[goal] = .condition(evaluator)
      forEachSet(flags.bytes, block.count) { rows.append(UInt32(truncatingIfNeeded: $0)) }
    case .properties(let source):
      let first = UInt32(block.block.rows.lowerBound)
      source.forEachSelected(block) { property, _ in rows.append(property.row - first) }
    case .none: break
    }
  }
}

/// Walks the sessions of a block along with some of its rows, in order.
struct SessionWalk {
  private let starts: Column<UInt32>
  private let firstRow: Int
  /// The index of the current session in the partition.
  private(set) var session: Int
  /// The first row of the current session and the end of its rows, counted from the block's first row.
  private(set) var start = 0
  private var end = 0

  init(_ block: BlockRows) {
    starts = block.partition.sessionStarts
    firstRow = block.block.rows.lowerBound
    session = block.block.sessions.lowerBound - 1
  }

  /// Goes to the session of a row, and returns whether it is another one than that of the row before.
  @inline(__always)
  mutating func goes(to row: UInt32) -> Bool {
    if Int(row) < end { return false }
    let column = starts
    let starts = column.span
    while Int(row) >= end {
      session &+= 1
      end = Int(starts[session &+ 1]) &- firstRow
    }
    start = Int(starts[session]) &- firstRow
    return true
  }
}

extension BlockRows {
  /// Writes all selected rows, counted from the block's first row, to `rows`.
  func listSelected(into rows: inout [UInt32]) {
    rows.removeAll(keepingCapacity: true)
    if selection.isWhole {
      rows.append(contentsOf: 0..<UInt32(count))
    } else {
      forEachSet(selected.bytes, count) { rows.append(UInt32(truncatingIfNeeded: $0)) }
    }
  }
}
