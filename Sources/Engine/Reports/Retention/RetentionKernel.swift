import Calendar
import System

/// Counts, for every cohort and unit of time, the visitors with an event in that unit.
struct RetentionKernel: ReportKernel {
  private let units: RetentionUnits
  /// The number of units that are counted from the cohort's on, including it.
  let unitsKept: Int
  /// One more, for all later units.
  var unitsCounted: Int { unitsKept + 1 }
  /// See ``RetentionUnits/ends``.
  private let unitEnds: [Int64]

  init(_ units: RetentionUnits, unitsKept: Int) {
    (self.units, self.unitsKept) = (units, unitsKept)
    unitEnds = units.ends
  }

  struct State: Sendable {
    /// At cohort × `unitsCounted` + units after it.
    let counts: SparseCounts
    fileprivate var units = PartitionUnits()
    fileprivate var marks = SessionMarks()
    fileprivate var chosen = SessionRows()
  }

  func start() -> State {
    State(counts: SparseCounts(count: units.count * unitsCounted))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let buckets = state.units.buckets(of: block.partition, unitEnds)
    if !block.selection.isWhole {
      state.marks.load(block)
      state.chosen.load(block, where: block.selected, state.marks)
    }
    switch block.partition.times.offsets {
    case .four(let column): count(block, column, buckets, &state)
    case .eight(let column): count(block, column, buckets, &state)
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.counts.add(other.counts)
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Column<Offset>, _ buckets: RetentionBuckets, _ state: inout State
  ) {
    state.counts.withMutableSpan { counts in
      if block.selection.isWhole {
        countActivityRuns(block, offsets.span, buckets, &counts)
      } else {
        count(state.chosen, offsets.span.extracting(block.block.rows), buckets, &counts)
      }
    }
  }

  /// Counts the visitors of a block whose rows are all selected. If an activity run ends in the unit in which
  /// it begins, as nearly all do, its first and last events are enough; otherwise the loop goes from unit to
  /// unit.
  private func countActivityRuns<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ buckets: RetentionBuckets,
    _ counts: inout MutableSpan<Int>
  ) {
    let (numbers, activityRuns) = (units.numbers.span, block.partition.activityRuns)
    let (starts, beginsSession) = (activityRuns.starts.span, activityRuns.beginsSession.span)
    var visitor = Visitor(unitsKept: unitsKept)
    for index in activityRuns.indexRange(of: block.block.rows) {
      var row = Int(starts[index])
      var unit = buckets.day(of: UInt64(truncatingIfNeeded: offsets[row]))
      let (cell, isNew) = visitor.record(unit, isFirst: beginsSession[index], numbers)
      counts[cell] &+= isNew
      let last = buckets.instant(UInt64(truncatingIfNeeded: offsets[Int(starts[index + 1]) - 1]))
      while last >= buckets.end(of: unit) {
        repeat {
          row &+= 1
        } while buckets.instant(UInt64(truncatingIfNeeded: offsets[row])) < buckets.end(of: unit)
        unit = buckets.day(of: UInt64(truncatingIfNeeded: offsets[row]))
        counts[visitor.record(unit, isFirst: false, numbers).cell] &+= 1
      }
    }
  }

  private func count<Offset: FixedWidthInteger & UnsignedInteger>(
    _ chosen: SessionRows, _ offsets: Span<Offset>, _ buckets: RetentionBuckets,
    _ counts: inout MutableSpan<Int>
  ) {
    let numbers = units.numbers.span
    let (rows, sessions) = (chosen.rows.span, chosen.sessions.span)
    var visitor = Visitor(unitsKept: unitsKept)
    var session = UInt32.max
    for index in 0..<chosen.count {
      let unit = buckets.day(of: UInt64(truncatingIfNeeded: offsets[Int(rows[index])]))
      let (cell, isNew) = visitor.record(unit, isFirst: sessions[index] != session, numbers)
      session = sessions[index]
      counts[cell] &+= isNew
    }
  }
}

/// The visitor whose units are being counted. The units of a visitor come in ascending order.
private struct Visitor {
  private let unitsKept: Int
  private var latestUnit = -1
  private var cohort = 0
  private var cohortNumber: Int32 = 0

  init(unitsKept: Int) { self.unitsKept = unitsKept }

  /// Returns the index of the count, and 1 or 0: whether the unit counts, or equals the previous one.
  ///
  /// - Parameter isFirst: Whether the unit is the first of another visitor.
  @inline(__always)
  mutating func record(_ unit: Int, isFirst: Bool, _ numbers: Span<Int32>) -> (cell: Int, isNew: Int) {
    let isNew = Int(one: isFirst) | Int(one: unit != latestUnit)
    cohort = cohort.replaced(by: unit, where: isFirst)
    cohortNumber = cohortNumber.replaced(by: numbers[unit], where: isFirst)
    latestUnit = unit
    return (cohort &* (unitsKept &+ 1) &+ min(Int(numbers[unit] &- cohortNumber), unitsKept), isNew)
  }
}

/// The table of the units of a partition's times. It is built for the first block of the partition that a thread takes.
struct PartitionUnits: Sendable {
  private var month: Int?
  private var table: RetentionBuckets?

  /// - Parameter ends: See ``RetentionUnits/ends``.
  mutating func buckets(of partition: Partition, _ ends: [Int64]) -> RetentionBuckets {
    if partition.month == month, let table { return table }
    let table = RetentionBuckets(dayEnds: ends, of: partition)
    (month, self.table) = (partition.month, table)
    return table
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

  /// Returns the day of the first instant of an offset's bucket, which is seldom before the day of the offset.
  @inline(__always)
  func earliestDay(of offset: UInt64) -> Int {
    Int(dayOfBucket[Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))])
  }

  /// Returns the day of the time at an offset.
  @inline(__always)
  func day(of offset: UInt64) -> Int {
    let day = earliestDay(of: offset)
    let instant = instant(offset)
    return instant < dayEnds[day] ? day : Self.day(of: instant, from: day, dayEnds)
  }

  /// Returns the day of a time of the partition, in milliseconds since 1970.
  func day(at milliseconds: Int64) -> Int {
    day(of: UInt64((milliseconds &- baseMilliseconds) / unitMilliseconds))
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
