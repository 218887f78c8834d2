import System

/// Maps each time of a partition to its calendar unit, by the offset that the time column stores.
struct UnitTable: Sendable {
  /// Buckets are short, so that few of them contain the end of a unit.
  private static let bucketMilliseconds: Int64 = 30 * 60 * 1000
  /// Enough for seven years; a partition with a longer range of times has longer buckets.
  private static let maximumBuckets = 1 << 17
  /// A partition with few events also has longer buckets: there may be many such partitions, each with a
  /// table.
  private static let bucketsPerRow = 4

  private let baseMilliseconds: Int64
  private let unitMilliseconds: Int64
  private let shift: UInt64
  /// The unit of the first instant of each bucket of 2^shift offsets; the last bucket has no end.
  private let unitOfBucket: [UInt32]
  private let lastBucket: UInt64
  /// The instant at which each unit ends; the last unit has no end.
  private let unitEnds: [Int64]

  /// Builds the table for the times of `partition`. Times before the first unit are mapped to the first,
  /// times after the last to the last.
  ///
  /// - Parameter unitEnds: The instant at which each unit ends; the last entry is the end of all time.
  init(unitEnds: [Int64], of partition: Partition) {
    let (base, unit) = (partition.times.baseMilliseconds, partition.times.unitMilliseconds)
    let width = UInt64(Self.bucketMilliseconds / unit)
    var shift = UInt64(width.bitWidth - 1 - width.leadingZeroBitCount)
    let latest = min(
      partition.blocks.map(\.times.upperBound).max() ?? base,
      unitEnds.count > 1 ? unitEnds[unitEnds.count - 2] : base)
    let last = UInt64(max(latest - base, 0) / unit)
    let limit = UInt64(min(Self.maximumBuckets, Self.bucketsPerRow * partition.rowCount + 1))
    while last >> shift >= limit { shift += 1 }
    var number = 0
    unitOfBucket = (0...(last >> shift)).map { bucket in
      number = Self.unit(of: base + Int64(bucket << shift) * unit, from: number, unitEnds)
      return UInt32(number)
    }
    lastBucket = last >> shift
    (baseMilliseconds, unitMilliseconds) = (base, unit)
    self.unitEnds = unitEnds
    self.shift = shift
  }

  /// Returns the instant at an offset, in milliseconds since 1970.
  @inline(__always)
  func instant(_ offset: UInt64) -> Int64 {
    baseMilliseconds &+ Int64(truncatingIfNeeded: offset) &* unitMilliseconds
  }

  /// Returns the unit of the first instant of an offset's bucket, which is seldom before the unit of the offset.
  @inline(__always)
  func earliestUnit(of offset: UInt64) -> Int {
    Int(unitOfBucket[Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))])
  }

  /// Returns the unit of the time at an offset.
  @inline(__always)
  func unit(of offset: UInt64) -> Int {
    let unit = earliestUnit(of: offset)
    let instant = instant(offset)
    return instant < unitEnds[unit] ? unit : Self.unit(of: instant, from: unit, unitEnds)
  }

  /// Returns the unit of a time of the partition, in milliseconds since 1970.
  func unit(at milliseconds: Int64) -> Int {
    unit(of: UInt64((milliseconds &- baseMilliseconds) / unitMilliseconds))
  }

  /// Returns the instant at which a unit ends: this instant and later ones belong to later units.
  @inline(__always)
  func end(of unit: Int) -> Int64 { unitEnds[unit] }

  /// Returns the unit of an instant that is not before unit `first`. Its steps get longer: a bucket may contain
  /// thousands of units, but mostly the result is the next one.
  @inline(never)
  private static func unit(of instant: Int64, from first: Int, _ ends: [Int64]) -> Int {
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

/// The table of the partition whose blocks a thread takes; built for the first of them.
struct UnitTables: Sendable {
  private var month: Int?
  private var table: UnitTable?

  /// Returns the table of `partition`.
  ///
  /// - Parameter ends: The instant at which each unit ends; the last one has no end.
  mutating func table(of partition: Partition, _ ends: [Int64]) -> UnitTable {
    if partition.month == month, let table { return table }
    let table = UnitTable(unitEnds: ends, of: partition)
    (month, self.table) = (partition.month, table)
    return table
  }
}
