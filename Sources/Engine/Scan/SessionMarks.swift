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

  /// Writes a flag for every row to the start of `flags`: whether it starts a session, or follows an event of
  /// another visit.
  func addVisits(of block: BlockRows, to flags: inout [Bool]) {
    extend(&flags, to: block.count, with: false)
    switch block.partition.visits {
    case .one(let column): addVisits(column.span.extracting(block.block.rows), to: &flags)
    case .two(let column): addVisits(column.span.extracting(block.block.rows), to: &flags)
    case .four(let column): addVisits(column.span.extracting(block.block.rows), to: &flags)
    }
  }

  private func addVisits<Code: FixedWidthInteger>(_ ordinals: Span<Code>, to flags: inout [Bool]) {
    let starts = self.flags.span
    var flags = flags.mutableSpan
    precondition(starts.count >= ordinals.count && flags.count >= ordinals.count && !ordinals.isEmpty)
    flags[0] = true
    for row in 1..<ordinals.count {
      let isOther = ordinals[unchecked: row] != ordinals[unchecked: row - 1]
      flags[unchecked: row] = starts[unchecked: row].or(isOther)
    }
  }
}
