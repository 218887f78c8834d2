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
