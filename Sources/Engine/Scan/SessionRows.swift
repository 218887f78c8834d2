/// Chosen rows of a block, and the session of each. One of these is used from block to block.
///
/// Everything may be longer than `count`.
struct SessionRows: Sendable {
  private(set) var count = 0
  /// Ascending, counted from the block's first row. Behind the last one stands the block's number of rows.
  private(set) var rows: [UInt32] = []
  /// By place in `rows`: the first row of the session, which stands for the session.
  private(set) var sessions: [UInt32] = []

  /// Takes the rows whose flag is set.
  ///
  /// - Parameter marks: Those of the block.
  mutating func load(_ block: BlockRows, where flags: [Bool], _ marks: SessionMarks) {
    extend(&rows, to: block.count + 1, with: 0)
    extend(&sessions, to: block.count, with: 0)
    count = listRows(block.count, where: flags.span, startingAt: marks.flags.span, &rows, &sessions)
    rows[count] = UInt32(block.count)
  }

  /// Replaces the rows by the same in another order, in which each stays in its session.
  mutating func reorder(_ rows: [UInt32]) {
    for (place, row) in rows.enumerated() { self.rows[place] = row }
  }
}

/// Writes the numbers of the rows below `count` whose flag is set, and for each the row at which its session
/// starts; gives how many there are. Every row is written, and the next one over it where its flag is not
/// set, which is quicker than to guess.
private func listRows(
  _ count: Int, where flags: Span<Bool>, startingAt starts: Span<Bool>, _ rows: inout [UInt32],
  _ sessions: inout [UInt32]
) -> Int {
  var rows = rows.mutableSpan
  var sessions = sessions.mutableSpan
  precondition(
    flags.count >= count && starts.count >= count && rows.count >= count && sessions.count >= count)
  var listed = 0
  var session: UInt32 = 0
  for row in 0..<count {
    let number = UInt32(truncatingIfNeeded: row)
    session = session.replaced(by: number, where: starts[unchecked: row])
    // Sound: `listed` is at most `row`.
    rows[unchecked: listed] = number
    sessions[unchecked: listed] = session
    listed &+= Int(one: flags[unchecked: row])
  }
  return listed
}

/// A flag for every row of a block: whether a session starts there. One of these is used from block to
/// block.
///
/// With it a kernel walks the rows of a block in one loop. A loop over sessions with one over rows in it
/// would be slower: sessions are short, and the processor guesses wrongly where most of them end.
struct SessionMarks: Sendable {
  /// May be longer than the block.
  private(set) var flags: [Bool] = []

  mutating func load(_ block: BlockRows) {
    extend(&flags, to: block.count, with: false)
    let starts = block.partition.sessionStarts
    mark(starts.span.extracting(block.block.sessions), from: block.block.rows.lowerBound, count: block.count)
  }

  private mutating func mark(_ starts: Span<UInt32>, from first: Int, count: Int) {
    var flags = flags.mutableSpan
    for row in 0..<count { flags[unchecked: row] = false }
    for index in starts.indices { flags[Int(starts[unchecked: index]) - first] = true }
  }
}
