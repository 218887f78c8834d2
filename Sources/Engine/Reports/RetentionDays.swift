import System

/// The calendar day of each time of a partition, by the offsets in which its column keeps times.
struct RetentionDays: Sendable {
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
