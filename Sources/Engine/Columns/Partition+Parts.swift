extension Partition {
  /// Sessions between two that are looked at are left out where they have so many rows; fewer are quicker
  /// looked at than stepped over.
  private static let fewestRowsLeftOut = 256
  /// Blocks are looked at as a whole where one in so many sessions has an event in range.
  private static let sessionsToOneInRange = 8

  /// Calls `body` with the parts of a block that hold all of its events in `range`: whole sessions, as
  /// blocks of their own. A visitor may come back after weeks, so that blocks are in range for the sake of
  /// a few sessions.
  func forEachPart(of block: Block, in range: InstantRange, _ body: (Block) -> Void) {
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
    var part: Range<Int>?
    forEachSet(flags, flags.count) { place in
      let session = block.sessions.lowerBound + place
      if let sessions = part {
        if rows(sessions.upperBound..<session).count < Self.fewestRowsLeftOut {
          part = sessions.lowerBound..<(session + 1)
          return
        }
        body(Block(sessions: sessions, rows: rows(sessions), times: block.times))
      }
      part = session..<(session + 1)
    }
    if let part { body(Block(sessions: part, rows: rows(part), times: block.times)) }
  }
}
