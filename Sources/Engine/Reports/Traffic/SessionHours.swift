public import Calendar

extension WebsiteColumns {
  /// Returns the number of distinct sessions with a view by weekday (0 is Sunday) and hour of the clock: 7 × 24
  /// numbers.
  public func weeklySessions(
    _ scope: ReportScope, in rules: TimeZoneRules, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> [[Int]] {
    let counts = try scan(scope, executor, WeeklySessions(rules: rules)).counts
    return (0..<7).map { day in Array(counts[day * 24..<(day + 1) * 24]) }
  }
}

/// Counts the sessions that have a selected view in each hour of the week.
private struct WeeklySessions: ReportKernel {
  private static let hours = 7 * 24

  let rules: TimeZoneRules

  struct State: Sendable {
    var counts = Array(repeating: 0, count: hours)
    /// By hour of the week: the last session that was counted in it.
    fileprivate var latest = Array(repeating: 0, count: hours)
    fileprivate var flags: [Bool] = []
    fileprivate var marks = SessionMarks()
    /// Hours that a session has, which may come several times; see `list`.
    fileprivate var listed: [UInt64] = []
    /// Sessions of the blocks so far have numbers up to this.
    fileprivate var base = 0
    fileprivate var known = KnownHours()
  }

  func start() -> State { State() }

  func accumulate(_ block: BlockRows, into state: inout State) {
    block.mark(.views, into: &state.flags)
    state.marks.load(block)
    extend(&state.listed, to: block.count, with: 0)
    let (rows, times) = (block.block.rows, block.partition.times)
    let (flags, starts) = (state.flags, state.marks.flags)
    let count =
      switch times.offsets {
      case .four(let offsets):
        list(
          offsets.span.extracting(rows), times, flags.bytes, starts.bytes, &state.base, &state.known,
          &state.listed)
      case .eight(let offsets):
        list(
          offsets.span.extracting(rows), times, flags.bytes, starts.bytes, &state.base, &state.known,
          &state.listed)
      }
    for index in 0..<count {
      let (session, hour) = (Int(state.listed[index] >> 8), Int(state.listed[index] & 0xFF))
      if state.latest[hour] == session { continue }
      state.latest[hour] = session
      state.counts[hour] += 1
    }
  }

  func merge(_ other: State, into state: inout State) {
    for hour in state.counts.indices { state.counts[hour] += other.counts[hour] }
  }

  /// Lists the session and the hour of each view that differ from those of the view before, and returns how many there
  /// are: most views of a visit are in one hour.
  ///
  /// - Parameter session: The number of the last session before the rows, and then of the last of them.
  private func list<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ times: TimeColumn, _ isView: Span<UInt8>, _ startsSession: Span<UInt8>,
    _ session: inout Int, _ known: inout KnownHours, _ listed: inout [UInt64]
  ) -> Int {
    let (base, unit) = (times.baseMilliseconds, times.unitMilliseconds)
    precondition(
      isView.count >= offsets.count && startsSession.count >= offsets.count && listed.count >= offsets.count)
    var (current, latest, count) = (UInt64(session), UInt64.max, 0)
    var listed = listed.mutableSpan
    for row in 0..<offsets.count {
      current &+= UInt64(startsSession[unchecked: row])
      if isView[unchecked: row] == 0 { continue }
      let time = base &+ Int64(truncatingIfNeeded: offsets[unchecked: row]) &* unit
      let pair = current << 8 | UInt64(known.hour(at: time, rules))
      // Sound: `count` is at most `row`.
      listed[unchecked: count] = pair
      count &+= Int(one: pair != latest)
      latest = pair
    }
    session = Int(current)
    return count
  }
}

/// The hours of the week of recent quarters of an hour.
private struct KnownHours: Sendable {
  private static let quarterMilliseconds: Int64 = 15 * 60 * 1000

  /// By the number of a quarter modulo the count: the number times 256, plus the hour.
  private var hours = Array(repeating: Int64.max, count: 1 << 13)

  @inline(__always)
  mutating func hour(at milliseconds: Int64, _ rules: TimeZoneRules) -> UInt8 {
    // Rounded down.
    let quarter =
      (milliseconds < 0 ? milliseconds &- (Self.quarterMilliseconds - 1) : milliseconds)
      / Self.quarterMilliseconds
    let known = hours[Int(truncatingIfNeeded: quarter) & (1 << 13 - 1)]
    return known >> 8 == quarter ? UInt8(truncatingIfNeeded: known) : find(milliseconds, quarter, rules)
  }

  @inline(never)
  private mutating func find(_ milliseconds: Int64, _ quarter: Int64, _ rules: TimeZoneRules) -> UInt8 {
    let start = quarter * Self.quarterMilliseconds
    let first = Self.hour(at: start, rules)
    // Within a quarter of an hour, few zones of the past change the hour.
    if first != Self.hour(at: start + Self.quarterMilliseconds - 1, rules) {
      return Self.hour(at: milliseconds, rules)
    }
    hours[Int(truncatingIfNeeded: quarter) & (1 << 13 - 1)] = quarter << 8 | Int64(first)
    return first
  }

  private static func hour(at milliseconds: Int64, _ rules: TimeZoneRules) -> UInt8 {
    let time = rules.localTime(at: milliseconds)
    // 1970-01-01 was a Thursday.
    let weekday = (time.date.dayNumber + 4).floorDivided(by: 7).remainder
    return UInt8(weekday * 24 + time.second / 3600)
  }
}
