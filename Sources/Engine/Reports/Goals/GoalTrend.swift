/// A goal in one unit of time.
public struct GoalPoint: Sendable, Equatable {
  public let result: GoalResult
  /// The visitors with an event in the unit that reaches the goal.
  public let visitors: Int

  package init(result: GoalResult, visitors: Int) { (self.result, self.visitors) = (result, visitors) }
}

/// Counts the events that reach each goal, and their visitors, in each unit of time.
struct GoalTrendKernel: ReportKernel {
  private let events: GoalEvents
  private let sources: [PropertySource]
  private let unitEnds: [Int64]
  private var units: Int { unitEnds.count }

  /// - Parameter starts: See ``GoalsRequest/trend``.
  init(_ events: GoalEvents, _ sources: PropertySources, starts: [Int64]) {
    (self.events, self.sources) = (events, sources.all)
    unitEnds = starts.dropFirst().dropLast() + [.max]
  }

  struct State: Sendable {
    fileprivate var events: GoalEvents
    fileprivate var rows: [UInt32] = []
    fileprivate var tables = UnitTables()
    /// At goal × units + unit.
    fileprivate var counts: [(events: Int, visitors: Int)]
    /// At source × units + unit.
    fileprivate var accumulators: [PropertyAccumulator]
  }

  func start() -> State {
    State(
      events: events, counts: Array(repeating: (0, 0), count: events.count * units),
      accumulators: Array(repeating: PropertyAccumulator(), count: sources.count * units))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let table = state.tables.table(of: block.partition, unitEnds)
    for goal in 0..<events.count {
      state.events.list(goal, block, into: &state.rows)
      if state.rows.isEmpty { continue }
      switch block.partition.times.offsets {
      case .four(let column): count(goal, block, column.span, table, &state)
      case .eight(let column): count(goal, block, column.span, table, &state)
      }
    }
    let times = block.partition.times
    for (index, source) in sources.enumerated() {
      let needs = source.needs
      source.forEachSelected(block) { property, text in
        let unit = table.unit(at: times[Int(property.row)])
        state.accumulators[index * units + unit].add(property, text: text, needs)
      }
    }
  }

  func merge(_ other: State, into state: inout State) {
    for index in state.counts.indices {
      state.counts[index].events += other.counts[index].events
      state.counts[index].visitors += other.counts[index].visitors
    }
    for index in state.accumulators.indices { state.accumulators[index].add(other.accumulators[index]) }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ goal: Int, _ block: BlockRows, _ offsets: Span<Offset>, _ table: UnitTable,
    _ state: inout State
  ) {
    let first = block.block.rows.lowerBound
    let rows = state.rows
    var walk = SessionWalk(block)
    // The events of a session come in order of time.
    var latest = -1
    for row in rows {
      let unit = table.unit(of: UInt64(truncatingIfNeeded: offsets[first + Int(row)]))
      let isNew = walk.goes(to: row) || unit != latest
      latest = unit
      state.counts[goal * units + unit].events += 1
      state.counts[goal * units + unit].visitors += isNew ? 1 : 0
    }
  }

  /// Returns the points of a goal, one for each unit.
  func points(
    of goal: Int, _ request: GoalsRequest.Goal, source: Int?, _ state: State, _ executor: ParallelExecutor
  ) -> [GoalPoint] {
    (0..<units).map { unit in
      let (events, visitors) = state.counts[goal * units + unit]
      guard case .eventData(_, _, let aggregate) = request else {
        return GoalPoint(result: .count(events), visitors: visitors)
      }
      let properties = source.map { state.accumulators[$0 * units + unit] } ?? PropertyAccumulator()
      return GoalPoint(result: properties.result(aggregate, executor), visitors: visitors)
    }
  }
}
