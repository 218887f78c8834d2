import Calendar

/// The number of custom events with one name in one unit of time.
public struct NamedEventCount: Sendable, Equatable {
  public let name: String
  /// The first instant of the unit, in milliseconds since 1970.
  public let startMilliseconds: Int64
  public let count: Int

  package init(name: String, startMilliseconds: Int64, count: Int) {
    (self.name, self.startMilliseconds, self.count) = (name, startMilliseconds, count)
  }
}

extension WebsiteColumns {
  /// Returns the number of custom events for each name and unit that has any: by time, then by name.
  ///
  /// - Parameter limit: Only this many names, those with the most events; all if nil.
  public func eventSeries(
    _ request: TrafficRequest, by units: SeriesUnits, limit: Int?,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [NamedEventCount] {
    let names = dictionary(.eventName)
    let dimension = try CompiledDimension(.column(.eventName), in: request.scope, self, executor)
    let counts = try traffic(
      request, .custom,
      TrafficGrouping(dimension: dimension, units: timeUnits(units, request.scope.range)), executor)
    var points: [(name: Int, start: Int64, count: Int)] = []
    var totals: [Int: Int] = [:]
    executor.forEach(0..<counts.groups.count) { group in
      let views = counts.views(of: group)
      if views == 0 { return }
      let (name, _, unit) = counts.groups.key(of: group)
      points.append((Int(name), counts.groups.unitStart(unit), views))
      totals[Int(name), default: 0] += views
    }
    if let limit {
      let kept = Set(
        executor.first(limit, of: totals.keys) { a, b in
          let (totalOfA, totalOfB) = (totals[a, default: 0], totals[b, default: 0])
          return totalOfA != totalOfB ? totalOfA > totalOfB : names.precedes(a, b)
        })
      points.removeAll { !kept.contains($0.name) }
    }
    executor.sort(&points) { $0.start != $1.start ? $0.start < $1.start : names.precedes($0.name, $1.name) }
    return points.map { NamedEventCount(name: names[$0.name], startMilliseconds: $0.start, count: $0.count) }
  }

  /// Returns the number of distinct texts of a column, without the empty one, among events of a kind.
  public func distinctValues(
    of column: TextColumn, among events: CountedEvents, _ scope: ReportScope,
    on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> Int {
    let kernel = OccurringCodes(column: column, events: events, codeCount: dictionary(column).count)
    return try scan(scope, executor, kernel).seen.dropFirst().count { $0 }
  }
}

/// Finds the codes of a column that selected events of a kind have.
private struct OccurringCodes: ReportKernel {
  let column: TextColumn
  let events: CountedEvents
  let codeCount: Int

  struct State: Sendable {
    var seen: [Bool]
    fileprivate var flags: [Bool] = []
  }

  func start() -> State { State(seen: Array(repeating: false, count: codeCount)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    block.mark(events, into: &state.flags)
    let (codes, first) = (block.partition[column], block.block.rows.lowerBound)
    for row in 0..<block.count where state.flags[row] { state.seen[Int(codes[first + row])] = true }
  }

  func merge(_ other: State, into state: inout State) {
    for code in state.seen.indices where other.seen[code] { state.seen[code] = true }
  }
}
