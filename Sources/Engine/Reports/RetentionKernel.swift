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
    fileprivate var flags: [Bool] = []
    fileprivate var chosen = SessionRows()
  }

  func start() -> Partial {
    Partial(counts: Array(repeating: 0, count: days.count * Self.daysCounted))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    partial.marks.load(block)
    if block.selection.isWhole {
      // Most visits begin and end on one day: then their first events are enough.
      partial.marks.addVisits(of: block, to: &partial.flags)
      partial.chosen.load(block, where: partial.flags, partial.marks)
    } else {
      partial.chosen.load(block, where: block.selected, partial.marks)
    }
    let daysOfMonth = daysOfMonth(block.partition, &partial)
    switch block.partition.times.offsets {
    case .four(let column):
      count(partial.chosen, column.span.extracting(block.block.rows), block, daysOfMonth, &partial.counts)
    case .eight(let column):
      count(partial.chosen, column.span.extracting(block.block.rows), block, daysOfMonth, &partial.counts)
    }
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

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ offsets: Span<Offset>, _ block: BlockRows, _ daysOfMonth: RetentionDays,
    _ counts: inout [Int]
  ) {
    let dayNumbers = days.dayNumbers.span
    let (rows, sessions) = (chosen.rows.span, chosen.sessions.span)
    let standsForVisit = block.selection.isWhole
    var counts = counts.mutableSpan
    var visitor = Visitor()
    for place in 0..<chosen.count {
      let (row, end) = (Int(rows[place]), Int(rows[place + 1]))
      let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
      let (cell, isNew) = visitor.see(day, of: sessions[place], dayNumbers)
      counts[cell] &+= isNew
      let staysOnDay = daysOfMonth.isDay(day, of: UInt64(truncatingIfNeeded: offsets[end - 1]))
      for row in standsForVisit && !staysOnDay ? row..<end : end..<end {
        let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
        let (cell, isNew) = visitor.see(day, of: sessions[place], dayNumbers)
        counts[cell] &+= isNew
      }
    }
  }
}

/// The visitor whose days are being counted. A visitor's days come in ascending order.
private struct Visitor {
  private var session = UInt32.max
  private var latestDay = -1
  private var cohort = 0
  private var cohortNumber: Int32 = 0

  /// Gives where a day of a session counts, and 1 or 0: whether it does, or is the one that was seen last.
  @inline(__always)
  mutating func see(
    _ day: Int, of session: UInt32, _ dayNumbers: Span<Int32>
  ) -> (cell: Int, isNew: Int) {
    let isFirst = session != self.session
    let isNew = Int(one: isFirst) | Int(one: day != latestDay)
    cohort = cohort.replaced(by: day, where: isFirst)
    cohortNumber = cohortNumber.replaced(by: dayNumbers[day], where: isFirst)
    let after = min(Int(dayNumbers[day] &- cohortNumber), RetentionKernel.daysKept)
    (self.session, latestDay) = (session, day)
    return (cohort &* RetentionKernel.daysCounted &+ after, isNew)
  }
}
