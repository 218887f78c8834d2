import Calendar
import System

/// Counts, for every cohort and day, the visitors with an event there.
struct RetentionKernel: ReportKernel {
  /// Days after the cohort's that are counted, its own among them.
  static let daysKept = 32
  /// One more for the days that are not kept.
  static let daysCounted = daysKept + 1

  let days: CalendarDays
  /// The instant at which each day ends; the last one has no end.
  private let dayEnds: [Int64]

  init(days: CalendarDays) {
    self.days = days
    dayEnds = days.starts.dropFirst().dropLast() + [.max]
  }

  struct Partial: Sendable {
    /// By cohort × `daysCounted` + days after it.
    let counts: SparseCounts
    fileprivate var month: Int?
    fileprivate var daysOfMonth: RetentionBuckets?
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
  }

  func start() -> Partial {
    Partial(counts: SparseCounts(count: days.count * Self.daysCounted))
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
    partial.counts.add(other.counts)
  }

  /// The table of a partition, made when its first block comes.
  private func daysOfMonth(_ partition: Partition, _ partial: inout Partial) -> RetentionBuckets {
    if partition.month == partial.month, let table = partial.daysOfMonth { return table }
    let table = RetentionBuckets(dayEnds: dayEnds, of: partition)
    (partial.month, partial.daysOfMonth) = (partition.month, table)
    return table
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Column<Offset>, _ daysOfMonth: RetentionBuckets, _ partial: inout Partial
  ) {
    partial.counts.withMutableSpan { counts in
      if block.selection.isWhole {
        countStretches(block, offsets.span, daysOfMonth, &counts)
      } else {
        count(partial.chosen, offsets.span.extracting(block.block.rows), daysOfMonth, &counts)
      }
    }
  }

  /// Counts the visitors of a block of which all rows are selected. Where a stretch ends on the day on which it
  /// begins, as nearly all do, its first and last events are enough; else the walk goes from day to day.
  private func countStretches<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ daysOfMonth: RetentionBuckets,
    _ counts: inout MutableSpan<Int>
  ) {
    let (dayNumbers, stretches) = (days.dayNumbers.span, block.partition.stretches)
    let (starts, beginsSession) = (stretches.starts.span, stretches.beginsSession.span)
    var visitor = Visitor()
    for place in stretches.places(of: block.block.rows) {
      var row = Int(starts[place])
      var day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
      let (cell, isNew) = visitor.see(day, isFirst: beginsSession[place], dayNumbers)
      counts[cell] &+= isNew
      let last = daysOfMonth.instant(UInt64(truncatingIfNeeded: offsets[Int(starts[place + 1]) - 1]))
      while last >= daysOfMonth.end(of: day) {
        repeat {
          row &+= 1
        } while daysOfMonth.instant(UInt64(truncatingIfNeeded: offsets[row])) < daysOfMonth.end(of: day)
        day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
        counts[visitor.see(day, isFirst: false, dayNumbers).cell] &+= 1
      }
    }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ offsets: Span<Offset>, _ daysOfMonth: RetentionBuckets,
    _ counts: inout MutableSpan<Int>
  ) {
    let dayNumbers = days.dayNumbers.span
    let (rows, sessions) = (chosen.rows.span, chosen.sessions.span)
    var visitor = Visitor()
    var session = UInt32.max
    for place in 0..<chosen.count {
      let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[Int(rows[place])]))
      let (cell, isNew) = visitor.see(day, isFirst: sessions[place] != session, dayNumbers)
      session = sessions[place]
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
  private var latestDay = -1
  private var cohort = 0
  private var cohortNumber: Int32 = 0

  /// Gives where a day counts, and 1 or 0: whether it does, or is the one that was seen last.
  ///
  /// - Parameter isFirst: Whether another visitor begins with it.
  @inline(__always)
  mutating func see(_ day: Int, isFirst: Bool, _ dayNumbers: Span<Int32>) -> (cell: Int, isNew: Int) {
    let isNew = Int(one: isFirst) | Int(one: day != latestDay)
    cohort = cohort.replaced(by: day, where: isFirst)
    cohortNumber = cohortNumber.replaced(by: dayNumbers[day], where: isFirst)
    latestDay = day
    return (RetentionKernel.cell(cohort, dayNumbers[day] &- cohortNumber), isNew)
  }
}

/// The calendar day of each time of a partition, by the offsets in which its column keeps times.
struct RetentionBuckets: Sendable {
  /// Buckets are short, so that few of them hold the end of a day.
  private static let bucketMilliseconds: Int64 = 30 * 60 * 1000
  /// Enough for seven years; in a partition with times further apart, buckets are longer.
  private static let mostBuckets = 1 << 17
  /// A partition of few events has longer ones too: there may be many of them, and each gets a table.
  private static let bucketsPerRow = 4

  private let baseMilliseconds: Int64
  private let unitMilliseconds: Int64
  private let shift: UInt64
  /// The day of the first instant of each bucket of 2^shift offsets; the last bucket has no end.
  private let dayOfBucket: [UInt32]
  private let lastBucket: UInt64
  /// The instant at which each day ends; the last one has no end.
  private let dayEnds: [Int64]

  /// For the times of `partition`. Those before the first day count as in it, those after the last as in that one.
  ///
  /// - Parameter dayEnds: The instant at which each day ends; the last one is that of all of time.
  init(dayEnds: [Int64], of partition: Partition) {
    let (base, unit) = (partition.times.baseMilliseconds, partition.times.unitMilliseconds)
    let width = UInt64(Self.bucketMilliseconds / unit)
    var shift = UInt64(width.bitWidth - 1 - width.leadingZeroBitCount)
    let latest = min(
      partition.blocks.map(\.times.upperBound).max() ?? base,
      dayEnds.count > 1 ? dayEnds[dayEnds.count - 2] : base)
    let last = UInt64(max(latest - base, 0) / unit)
    let most = UInt64(min(Self.mostBuckets, Self.bucketsPerRow * partition.rowCount + 1))
    while last >> shift >= most { shift += 1 }
    var day = 0
    dayOfBucket = (0...(last >> shift)).map { bucket in
      day = Self.day(of: base + Int64(bucket << shift) * unit, from: day, dayEnds)
      return UInt32(day)
    }
    lastBucket = last >> shift
    (baseMilliseconds, unitMilliseconds) = (base, unit)
    self.dayEnds = dayEnds
    self.shift = shift
  }

  /// The instant at an offset, in milliseconds since 1970.
  @inline(__always)
  func instant(_ offset: UInt64) -> Int64 {
    baseMilliseconds &+ Int64(truncatingIfNeeded: offset) &* unitMilliseconds
  }

  /// The day of the time at an offset.
  @inline(__always)
  func day(of offset: UInt64) -> Int {
    let bucket = Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))
    let day = Int(dayOfBucket[bucket])
    let instant = instant(offset)
    return instant < dayEnds[day] ? day : Self.day(of: instant, from: day, dayEnds)
  }

  /// The instant at which a day ends: those from there on are of later days.
  @inline(__always)
  func end(of day: Int) -> Int64 { dayEnds[day] }

  /// The day of an instant, which is not before the one at hand. In steps that get longer: a bucket may have thousands
  /// of days, but mostly it is the next one.
  @inline(never)
  private static func day(of instant: Int64, from first: Int, _ ends: [Int64]) -> Int {
    if instant < ends[first] { return first }
    var (before, step) = (first, 1)
    while before + step < ends.count - 1, ends[before + step] <= instant {
      before += step
      step *= 2
    }
    let later = before + 1..<min(before + step, ends.count - 1)
    return later.partitionPoint { instant < ends[$0] }
  }
}
