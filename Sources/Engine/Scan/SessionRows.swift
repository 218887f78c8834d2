/// Chosen rows of a block, and the session of each. One is reused from block to block.
///
/// Every array may be longer than `count`.
struct SessionRows: Sendable {
  private(set) var count = 0
  /// Ascending, counted from the block's first row. The element after the last is the block's number of rows.
  private(set) var rows: [UInt32] = []
  /// By index in `rows`: the first row of the session, which identifies the session.
  private(set) var sessions: [UInt32] = []

  /// Loads the rows whose flag is set.
  ///
  /// - Parameter marks: The session marks of the same block.
  mutating func load(_ block: BlockRows, where flags: [Bool], _ marks: SessionMarks) {
    extend(&rows, to: block.count + 1, with: 0)
    extend(&sessions, to: block.count, with: 0)
    count = listRows(block.count, where: flags.span, startingAt: marks.flags.span, &rows, &sessions)
    rows[count] = UInt32(block.count)
  }

  /// Removes all rows.
  mutating func removeAll() { count = 0 }

  /// Loads the rows whose flag is set, but not their sessions.
  mutating func loadRows(_ block: BlockRows, where flags: [Bool]) {
    extend(&rows, to: block.count + 1, with: 0)
    count = listRows(block.count, where: flags.span, &rows)
    rows[count] = UInt32(block.count)
  }

  /// Replaces the rows by the same rows in another order, in which each stays in its session.
  mutating func reorder(_ rows: [UInt32]) {
    for (index, row) in rows.enumerated() { self.rows[index] = row }
  }
}

/// Writes the number of each row below `count` whose flag is set, and the row at which its session starts;
/// returns how many there are. It writes every row, and overwrites it with the next if its flag is not set,
/// which is faster than a branch.
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

/// Does the same without sessions.
private func listRows(_ count: Int, where flags: Span<Bool>, _ rows: inout [UInt32]) -> Int {
  var rows = rows.mutableSpan
  precondition(flags.count >= count && rows.count >= count)
  var listed = 0
  for row in 0..<count {
    // Sound: `listed` is at most `row`.
    rows[unchecked: listed] = UInt32(truncatingIfNeeded: row)
    listed &+= Int(one: flags[unchecked: row])
  }
  return listed
}

/// A flag for every row of a block: whether a session starts there. One is reused from block to block.
///
/// With these flags, a kernel walks the rows of a block in one loop. Nested loops over sessions and their
/// rows would be slower: sessions are short, and the processor mispredicts where most of them end.
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
