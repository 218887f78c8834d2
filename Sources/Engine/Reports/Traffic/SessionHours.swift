public import Calendar

extension WebsiteColumns {
  /// Returns the number of distinct sessions with a view by weekday (0 is Sunday) and hour of the clock: 7 × 24
  /// numbers.
  public func weeklySessions(
    _ scope: ReportScope, in rules: TimeZoneRules, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ScopeError) -> [[Int]] {
    let counts = try scan(scope, executor, WeeklySessions(rules: rules)).counts
    return (0..<7).map { day in Array(counts[day * 24..<(day + 1) * 24]) }
  }
}

/// Counts the sessions that have a selected view in each hour of the week.
private struct WeeklySessions: ReportKernel {
  private static let hours = 7 * 24
  private static let quarterMilliseconds: Int64 = 15 * 60 * 1000

  let rules: TimeZoneRules

  struct State: Sendable {
    var counts = Array(repeating: 0, count: hours)
    /// By hour of the week: the last session that was counted in it.
    fileprivate var latest = Array(repeating: -1, count: hours)
    fileprivate var flags: [Bool] = []
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
    fileprivate var base = 0
    /// The hour of the week of recent quarters of an hour, by their number modulo the count.
    fileprivate var known: [(quarter: Int64, hour: Int)] = Array(repeating: (.min, 0), count: 1 << 13)
  }

  func start() -> State { State() }

  func accumulate(_ block: BlockRows, into state: inout State) {
    block.mark(.views, into: &state.flags)
    state.marks.load(block)
    state.chosen.load(block, where: state.flags, state.marks)
    for index in 0..<state.chosen.count {
      let hour = hour(at: block.time(Int(state.chosen.rows[index])), &state.known)
      let session = state.base + Int(state.chosen.sessions[index])
      if state.latest[hour] == session { continue }
      state.latest[hour] = session
      state.counts[hour] += 1
    }
    state.base += block.count
  }

  func merge(_ other: State, into state: inout State) {
    for hour in state.counts.indices { state.counts[hour] += other.counts[hour] }
  }

  private func hour(at milliseconds: Int64, _ known: inout [(quarter: Int64, hour: Int)]) -> Int {
    let quarter = milliseconds.floorDivided(by: Self.quarterMilliseconds).quotient
    let index = Int(truncatingIfNeeded: quarter) & (known.count - 1)
    if known[index].quarter == quarter { return known[index].hour }
    let (first, last) = (
      hour(at: quarter * Self.quarterMilliseconds),
      hour(at: (quarter + 1) * Self.quarterMilliseconds - 1)
    )
    // Within a quarter of an hour, few zones of the past change the hour.
    if first != last { return hour(at: milliseconds) }
    known[index] = (quarter, first)
    return first
  }

  private func hour(at milliseconds: Int64) -> Int {
    let time = rules.localTime(at: milliseconds)
    // 1970-01-01 was a Thursday.
    let weekday = (time.date.dayNumber + 4).floorDivided(by: 7).remainder
    return Int(weekday * 24 + time.second / 3600)
  }
}
