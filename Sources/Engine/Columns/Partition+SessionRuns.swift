extension Partition {
  /// The minimum number of rows between two sessions in range that makes skipping them worthwhile; scanning
  /// fewer rows is faster than skipping them.
  private static let minimumSkippedRows = 256
  /// If more than one in this many sessions of a block has an event in range, the whole block is scanned.
  private static let sessionsToOneInRange = 8

  /// Calls `body` with the runs of sessions of a block that contain all of its events in `range`, as
  /// blocks of their own. A visitor may return after weeks, so a block may be in range because of a few
  /// sessions.
  func forEachRunOfSessions(of block: Block, in range: InstantRange, _ body: (Block) -> Void) {
    guard range.start > block.times.lowerBound, let later = InstantRange(start: range.start, end: .max) else {
      return body(block)
    }
    let ends = sessionEnds
    var isInRange = Array(repeating: true, count: block.sessions.count)
    ends.narrow(&isInRange, block.sessions, to: later)
    let flags = isInRange.bytes
    if countSet(flags, flags.count) * Self.sessionsToOneInRange > flags.count { return body(block) }
    let starts = sessionStarts
    func rows(_ sessions: Range<Int>) -> Range<Int> {
      Int(starts[sessions.lowerBound])..<Int(starts[sessions.upperBound])
    }
    var run: Range<Int>?
    forEachSet(flags, flags.count) { index in
      let session = block.sessions.lowerBound + index
      if let sessions = run {
        if rows(sessions.upperBound..<session).count < Self.minimumSkippedRows {
          run = sessions.lowerBound..<(session + 1)
          return
        }
        body(Block(sessions: sessions, rows: rows(sessions), times: block.times))
      }
      run = session..<(session + 1)
    }
    if let run { body(Block(sessions: run, rows: rows(run), times: block.times)) }
  }
}
