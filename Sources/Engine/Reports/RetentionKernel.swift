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
    fileprivate var chosen = SessionRows()
  }

  func start() -> Partial {
    Partial(counts: Array(repeating: 0, count: days.count * Self.daysCounted))
  }

  func take(_ block: BlockRows, into partial: inout Partial) {
    let daysOfMonth = daysOfMonth(block.partition, &partial)
    if !block.selection.isWhole {
      partial.marks.load(block)
      partial.chosen.load(block, where: block.selected, partial.marks)
    }
    switch block.partition.times.offsets {
    case .four(let column): count(block, column, daysOfMonth, &partial)
    case .eight(let column): count(block, column, daysOfMonth, &partial)
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
    _ block: BlockRows, _ offsets: Column<Offset>, _ daysOfMonth: RetentionDays, _ partial: inout Partial
  ) {
    if block.selection.isWhole {
      countSessions(block, offsets.span, daysOfMonth, &partial.counts)
    } else {
      count(partial.chosen, offsets.span.extracting(block.block.rows), daysOfMonth, &partial.counts)
    }
  }

  /// Counts the visitors of a block of which all rows are selected. Most sessions begin and end on one day, so
  /// that their first and last events are enough; else the walk goes from day to day.
  private func countSessions<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ daysOfMonth: RetentionDays, _ counts: inout [Int]
  ) {
    let (dayNumbers, sessionStarts) = (days.dayNumbers.span, block.partition.sessionStarts)
    let starts = sessionStarts.span
    var counts = counts.mutableSpan
    for session in block.block.sessions {
      var row = Int(starts[session])
      let cohort = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
      counts[cohort &* Self.daysCounted] &+= 1
      let last = UInt64(truncatingIfNeeded: offsets[Int(starts[session + 1]) - 1])
      var dayEnd = daysOfMonth.end(of: cohort)
      while last >= dayEnd {
        repeat { row &+= 1 } while UInt64(truncatingIfNeeded: offsets[row]) < dayEnd
        let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
        counts[Self.cell(cohort, dayNumbers[day] &- dayNumbers[cohort])] &+= 1
        dayEnd = daysOfMonth.end(of: day)
      }
    }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ offsets: Span<Offset>, _ daysOfMonth: RetentionDays, _ counts: inout [Int]
  ) {
    let dayNumbers = days.dayNumbers.span
    let (rows, sessions) = (chosen.rows.span, chosen.sessions.span)
    var counts = counts.mutableSpan
    var visitor = Visitor()
    for place in 0..<chosen.count {
      let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[Int(rows[place])]))
      let (cell, isNew) = visitor.see(day, of: sessions[place], dayNumbers)
      counts[cell] &+= isNew
    }
  }

  /// Where the visitors of a cohort are counted who had an event so many days after it.
  @inline(__always)
  fileprivate static func cell(_ cohort: Int, _ daysAfter: Int32) -> Int {
    cohort &* daysCounted &+ min(Int(daysAfter), daysKept)
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
    (self.session, latestDay) = (session, day)
    return (RetentionKernel.cell(cohort, dayNumbers[day] &- cohortNumber), isNew)
  }
}
