/// The calendar day of each time of a partition, by the offsets in which its column keeps times.
struct RetentionDays: Sendable {
  /// Buckets are short, so that few of them hold the end of a day.
  private static let bucketMilliseconds: Int64 = 30 * 60 * 1000
  /// Enough for seven years; in a partition with times further apart, buckets are longer.
  private static let mostBuckets: UInt64 = 1 << 17

  private let shift: UInt64
  /// The day of the first instant of each bucket of 2^shift offsets; the last bucket has no end.
  private let dayOfBucket: [UInt32]
  private let lastBucket: UInt64
  /// The offset at which each day ends; the last one has no end.
  private let dayEnds: [UInt64]

  /// For the times of `partition`. Those before the first of `days` count as in it, those after the last as
  /// in that one.
  init(_ days: CalendarDays, of partition: Partition) {
    let (base, unit) = (partition.times.baseMilliseconds, partition.times.unitMilliseconds)
    /// The first offset that is not before an instant.
    func offset(_ instant: Int64) -> UInt64 {
      instant <= base ? 0 : UInt64((instant - base - 1) / unit) + 1
    }
    let ends = days.starts.dropFirst().dropLast().map(offset) + [.max]
    let width = UInt64(Self.bucketMilliseconds / unit)
    var shift = UInt64(width.bitWidth - 1 - width.leadingZeroBitCount)
    let last = min(
      offset(partition.blocks.map(\.times.upperBound).max() ?? base), offset(days.starts.last ?? base))
    while last >> shift >= Self.mostBuckets { shift += 1 }
    var day = 0
    dayOfBucket = (0...(last >> shift)).map { bucket in
      while bucket << shift >= ends[day] { day += 1 }
      return UInt32(day)
    }
    lastBucket = last >> shift
    dayEnds = ends
    self.shift = shift
  }

  /// The day of the time at an offset.
  @inline(__always)
  func day(of offset: UInt64) -> Int {
    let bucket = Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))
    var day = Int(dayOfBucket[bucket])
    while offset >= dayEnds[day] { day &+= 1 }
    return day
  }

  /// The offset at which a day ends: those from there on are of later days.
  @inline(__always)
  func end(of day: Int) -> UInt64 { dayEnds[day] }
}
