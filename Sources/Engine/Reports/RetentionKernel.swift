/// Counts, for every cohort and day, the visitors with an event there.
struct RetentionKernel: ReportKernel {
  /// Days after the cohort's that are counted, its own among them.
  static let daysKept = 32
  /// One more for the days that are not kept.
  static let daysCounted = daysKept + 1

  let days: CalendarDays

  struct Partial: Sendable {
    /// By cohort × `daysCounted` + days after it.
    var counts: [Int]
    fileprivate var month: Int?
    fileprivate var daysOfMonth: RetentionDays?
    fileprivate var marks = SessionMarks()
    /// The days of the sessions of the block in hand.
    fileprivate var sessions: [UInt32] = []
    fileprivate var sessionDays: [UInt32] = []
  }

  func start() -> Partial {
    Partial(counts: Array(repeating: 0, count: days.count * Self.daysCounted))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    let daysOfMonth = daysOfMonth(block.partition, &partial)
    partial.marks.load(block)
    let count = daysOfMonth.list(
      block, startingAt: partial.marks.flags, &partial.sessions, &partial.sessionDays)
    let (sessions, sessionDays) = (partial.sessions, partial.sessionDays)
    self.count(
      sessions.span.extracting(0..<count), sessionDays.span.extracting(0..<count), into: &partial.counts)
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    for index in partial.counts.indices { partial.counts[index] += other.counts[index] }
  }

  /// The table of a partition, made when its first block comes.
  private func daysOfMonth(_ partition: Partition, _ partial: inout Partial) -> RetentionDays {
    if partition.month == partial.month, let table = partial.daysOfMonth { return table }
    let table = RetentionDays(days, of: partition)
    (partial.month, partial.daysOfMonth) = (partition.month, table)
    return table
  }

  /// Counts the days of sessions, which ascend. The first of a session is its cohort.
  private func count(_ sessions: Span<UInt32>, _ sessionDays: Span<UInt32>, into counts: inout [Int]) {
    let dayNumbers = days.dayNumbers.span
    var counts = counts.mutableSpan
    var session = UInt32.max
    var cohort = 0
    var cohortNumber: Int32 = 0
    for index in sessions.indices {
      let day = Int(sessionDays[index])
      let number = dayNumbers[day]
      let isFirst = sessions[index] != session
      session = sessions[index]
      cohort = cohort.replaced(by: day, where: isFirst)
      cohortNumber = cohortNumber.replaced(by: number, where: isFirst)
      let after = min(Int(number &- cohortNumber), Self.daysKept)
      counts[cohort &* Self.daysCounted &+ after] &+= 1
    }
  }
}
