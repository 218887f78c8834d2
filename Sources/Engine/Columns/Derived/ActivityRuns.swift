import System

/// The activity runs of a partition: consecutive events of a session without a long pause between two of
/// them.
///
/// Visitors look at a few pages and leave, so an activity run has several events, and nearly all of them
/// begin and end on one calendar day, in any time zone.
struct ActivityRuns: Sendable {
  static let pauseMilliseconds: Int64 = 30 * 60 * 1000

  /// The row at which each activity run starts, ascending; the last entry is the end of the last run.
  private(set) var starts: [UInt32] = []
  /// By activity run: whether it is the first of its session.
  private(set) var beginsSession: [Bool] = []

  /// Not inlined: inlining it into the function that contains a kernel's loop slows that loop down.
  @inline(never)
  init(_ times: TimeColumn, _ sessionStarts: Column<UInt32>) {
    let pause = UInt64(Self.pauseMilliseconds / times.unitMilliseconds)
    switch times.offsets {
    case .four(let column): divide(column.span, sessionStarts.span, pause)
    case .eight(let column): divide(column.span, sessionStarts.span, pause)
    }
  }

  /// Returns the activity runs of `rows`, which must be those of whole sessions.
  func indexRange(of rows: Range<Int>) -> Range<Int> {
    rows.indexRange(of: beginsSession.count) { Int(starts[$0]) }
  }

  private mutating func divide<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ sessionStarts: Span<UInt32>, _ pause: UInt64
  ) {
    var isStart = Array(repeating: UInt8(0), count: offsets.count)
    var flags = isStart.mutableSpan
    markPauses(offsets, Offset(truncatingIfNeeded: pause), &flags)
    for session in 0..<sessionStarts.count - 1 { flags[Int(sessionStarts[session])] = 1 }
    let count = countSet(isStart.span, isStart.count)
    starts.reserveCapacity(count + 1)
    beginsSession.reserveCapacity(count)
    var session = 0
    forEachSet(isStart.span, isStart.count) { row in
      let isFirst = sessionStarts[session] == UInt32(truncatingIfNeeded: row)
      starts.append(UInt32(truncatingIfNeeded: row))
      beginsSession.append(isFirst)
      session &+= Int(one: isFirst)
    }
    starts.append(UInt32(offsets.count))
  }
}

/// Marks every row that comes a pause or more after the previous row, whether or not both are in one session.
private func markPauses<Offset: FixedWidthInteger & UnsignedInteger>(
  _ offsets: Span<Offset>, _ pause: Offset, _ flags: inout MutableSpan<UInt8>
) {
  precondition(flags.count >= offsets.count)
  var row = 1
  while row < offsets.count {
    flags[unchecked: row] = offsets[unchecked: row] &- offsets[unchecked: row &- 1] >= pause ? 1 : 0
    row &+= 1
  }
}
