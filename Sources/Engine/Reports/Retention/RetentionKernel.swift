import Calendar
import System

/// Counts, for every cohort and day, the visitors with an event on that day.
struct RetentionKernel: ReportKernel {
  /// The number of days that are counted from the cohort's day on, including it.
  static let daysKept = 32
  /// One more, for all later days.
  static let daysCounted = daysKept + 1

  let days: CalendarDays
  /// The instant at which each day ends; the last day has no end.
  private let dayEnds: [Int64]

  init(days: CalendarDays) {
    self.days = days
    dayEnds = days.starts.dropFirst().dropLast() + [.max]
  }

  struct Partial: Sendable {
    /// At cohort × `daysCounted` + days after it.
    let counts: SparseCounts
    fileprivate var month: Int?
    fileprivate var daysOfMonth: RetentionBuckets?
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
  }

  func start() -> Partial {
    Partial(counts: SparseCounts(count: days.count * Self.daysCounted))
  }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
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

  /// Returns the table of a partition. It is built for the partition's first block.
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
        countActivityRuns(block, offsets.span, daysOfMonth, &counts)
      } else {
        count(partial.chosen, offsets.span.extracting(block.block.rows), daysOfMonth, &counts)
      }
    }
  }

  /// Counts the visitors of a block whose rows are all selected. If an activity run ends on the day on which
  /// it begins, as nearly all do, its first and last events are enough; otherwise the loop goes from day to
  /// day.
  private func countActivityRuns<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ daysOfMonth: RetentionBuckets,
    _ counts: inout MutableSpan<Int>
  ) {
    let (dayNumbers, activityRuns) = (days.dayNumbers.span, block.partition.activityRuns)
    let (starts, beginsSession) = (activityRuns.starts.span, activityRuns.beginsSession.span)
    var visitor = Visitor()
    for index in activityRuns.indexRange(of: block.block.rows) {
      var row = Int(starts[index])
      var day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
      let (cell, isNew) = visitor.record(day, isFirst: beginsSession[index], dayNumbers)
      counts[cell] &+= isNew
      let last = daysOfMonth.instant(UInt64(truncatingIfNeeded: offsets[Int(starts[index + 1]) - 1]))
      while last >= daysOfMonth.end(of: day) {
        repeat {
          row &+= 1
        } while daysOfMonth.instant(UInt64(truncatingIfNeeded: offsets[row])) < daysOfMonth.end(of: day)
        day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[row]))
        counts[visitor.record(day, isFirst: false, dayNumbers).cell] &+= 1
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
    for index in 0..<chosen.count {
      let day = daysOfMonth.day(of: UInt64(truncatingIfNeeded: offsets[Int(rows[index])]))
      let (cell, isNew) = visitor.record(day, isFirst: sessions[index] != session, dayNumbers)
      session = sessions[index]
      counts[cell] &+= isNew
    }
  }

  /// Returns the index of the count of a cohort's visitors who had an event this many days after it.
  @inline(__always)
  fileprivate static func cell(_ cohort: Int, _ daysAfter: Int32) -> Int {
    cohort &* daysCounted &+ min(Int(daysAfter), daysKept)
  }
}

/// The visitor whose days are being counted. The days of a visitor come in ascending order.
private struct Visitor {
  private var latestDay = -1
  private var cohort = 0
  private var cohortNumber: Int32 = 0

  /// Returns the index of the count, and 1 or 0: whether the day counts, or equals the previous one.
  ///
  /// - Parameter isFirst: Whether the day is the first of another visitor.
  @inline(__always)
  mutating func record(_ day: Int, isFirst: Bool, _ dayNumbers: Span<Int32>) -> (cell: Int, isNew: Int) {
    let isNew = Int(one: isFirst) | Int(one: day != latestDay)
    cohort = cohort.replaced(by: day, where: isFirst)
    cohortNumber = cohortNumber.replaced(by: dayNumbers[day], where: isFirst)
    latestDay = day
    return (RetentionKernel.cell(cohort, dayNumbers[day] &- cohortNumber), isNew)
  }
}

/// Maps each time of a partition to its calendar day, by the offset that the time column stores.
struct RetentionBuckets: Sendable {
  /// Buckets are short, so that few of them contain the end of a day.
  private static let bucketMilliseconds: Int64 = 30 * 60 * 1000
  /// Enough for seven years; a partition with a longer range of times has longer buckets.
  private static let maximumBuckets = 1 << 17
  /// A partition with few events also has longer buckets: there may be many such partitions, each with a
  /// table.
  private static let bucketsPerRow = 4

  private let baseMilliseconds: Int64
  private let unitMilliseconds: Int64
  private let shift: UInt64
  /// The day of the first instant of each bucket of 2^shift offsets; the last bucket has no end.
  private let dayOfBucket: [UInt32]
  private let lastBucket: UInt64
  /// The instant at which each day ends; the last day has no end.
  private let dayEnds: [Int64]

  /// Builds the table for the times of `partition`. Times before the first day are mapped to the first day,
  /// times after the last to the last.
  ///
  /// - Parameter dayEnds: The instant at which each day ends; the last entry is the end of all time.
  init(dayEnds: [Int64], of partition: Partition) {
    let (base, unit) = (partition.times.baseMilliseconds, partition.times.unitMilliseconds)
    let width = UInt64(Self.bucketMilliseconds / unit)
    var shift = UInt64(width.bitWidth - 1 - width.leadingZeroBitCount)
    let latest = min(
      partition.blocks.map(\.times.upperBound).max() ?? base,
      dayEnds.count > 1 ? dayEnds[dayEnds.count - 2] : base)
    let last = UInt64(max(latest - base, 0) / unit)
    let limit = UInt64(min(Self.maximumBuckets, Self.bucketsPerRow * partition.rowCount + 1))
    while last >> shift >= limit { shift += 1 }
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

  /// Returns the instant at an offset, in milliseconds since 1970.
  @inline(__always)
  func instant(_ offset: UInt64) -> Int64 {
    baseMilliseconds &+ Int64(truncatingIfNeeded: offset) &* unitMilliseconds
  }

  /// Returns the day of the time at an offset.
  @inline(__always)
  func day(of offset: UInt64) -> Int {
    let bucket = Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))
    let day = Int(dayOfBucket[bucket])
    let instant = instant(offset)
    return instant < dayEnds[day] ? day : Self.day(of: instant, from: day, dayEnds)
  }

  /// Returns the instant at which a day ends: this instant and later ones belong to later days.
  @inline(__always)
  func end(of day: Int) -> Int64 { dayEnds[day] }

  /// Returns the day of an instant that is not before day `first`. Its steps get longer: a bucket may contain
  /// thousands of days, but mostly the result is the next one.
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
