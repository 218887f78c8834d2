/// The calendar day of each time of a partition, by the offsets in which its column keeps times.
struct RetentionDays: Sendable {
  /// Buckets are short, so that few of them hold the end of a day.
  private static let bucketMilliseconds: Int64 = 30 * 60 * 1000

  private let shift: UInt64
  /// The day of the first instant of each bucket of 2^shift offsets; the last bucket has no end.
  private let dayOfBucket: [UInt32]
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
    let shift = UInt64(width.bitWidth - 1 - width.leadingZeroBitCount)
    let last = min(
      offset(partition.blocks.map(\.times.upperBound).max() ?? base), offset(days.starts.last ?? base))
    var day = 0
    dayOfBucket = (0...(last >> shift)).map { bucket in
      while bucket << shift >= ends[day] { day += 1 }
      return UInt32(day)
    }
    dayEnds = ends
    self.shift = shift
  }

  /// Writes the days of the selected rows of a block, each day of a session once; gives how many there are.
  ///
  /// - Parameters:
  ///   - starts: By row, whether a session starts there.
  ///   - sessions: Gets the first row of the session of each of the days.
  func list(
    _ block: BlockRows, startingAt starts: [Bool], _ sessions: inout [UInt32], _ days: inout [UInt32]
  ) -> Int {
    extend(&sessions, to: block.count, with: 0)
    extend(&days, to: block.count, with: 0)
    let (rows, times, selected) = (block.block.rows, block.partition.times, block.selected)
    return switch times.offsets {
    case .four(let column):
      list(column.span.extracting(rows), selected.span, startingAt: starts.span, &sessions, &days)
    case .eight(let column):
      list(column.span.extracting(rows), selected.span, startingAt: starts.span, &sessions, &days)
    }
  }

  /// Every row is written, and the next one over it where it brings no new day, which is quicker than to
  /// guess.
  private func list<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ selected: Span<Bool>, startingAt starts: Span<Bool>,
    _ sessions: inout [UInt32], _ days: inout [UInt32]
  ) -> Int {
    let (dayOfBucket, dayEnds) = (dayOfBucket.span, dayEnds.span)
    var sessions = sessions.mutableSpan
    var days = days.mutableSpan
    let count = offsets.count
    precondition(
      selected.count >= count && starts.count >= count && sessions.count >= count && days.count >= count)
    let lastBucket = UInt64(dayOfBucket.count - 1)
    var listed = 0
    var session: UInt32 = 0
    // Events stand in order of time, so that a session's days ascend: only the latest one is to be known.
    var latest = UInt64.max
    for row in 0..<count {
      session = session.replaced(by: UInt32(truncatingIfNeeded: row), where: starts[unchecked: row])
      let offset = UInt64(truncatingIfNeeded: offsets[unchecked: row])
      // Sound: the bucket is at most the last one, and the last day has no end.
      var day = dayOfBucket[unchecked: Int(truncatingIfNeeded: min(offset &>> shift, lastBucket))]
      while offset >= dayEnds[unchecked: Int(day)] { day &+= 1 }
      // Sound: `listed` is at most `row`.
      sessions[unchecked: listed] = session
      days[unchecked: listed] = day
      let sessionDay = UInt64(session) << 32 | UInt64(day)
      let isSelected = selected[unchecked: row]
      listed &+= Int(one: isSelected) & Int(one: sessionDay != latest)
      latest = latest.replaced(by: sessionDay, where: isSelected)
    }
    return listed
  }
}
