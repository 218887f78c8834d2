/// The rows of the block in hand, as kernels see them: counted from the block's first row, times in
/// milliseconds, and a flag for every event that the request selects. The arrays are reused from block
/// to block and may be longer than the block.
struct BlockRows {
  let partition: Partition
  private(set) var block = Block(sessions: 0..<0, rows: 0..<0, times: 0...0)
  /// Milliseconds since 1970, by row.
  private(set) var times: [Int64] = []
  /// By row: whether the event is in range and passes the filters.
  private(set) var selected: [Bool] = []

  init(_ partition: Partition) {
    self.partition = partition
  }

  mutating func load(_ block: Block, _ selector: EventSelector) {
    self.block = block
    extend(&times, to: count, with: 0)
    extend(&selected, to: count, with: false)
    partition.times.copy(block.rows, to: &times)
    selector.select(block, of: partition, times: times, into: &selected)
  }

  var count: Int { block.rows.count }
  var sessionCount: Int { block.sessions.count }

  /// The rows of the session `index`, counted from the block's first session.
  func rows(ofSession index: Int) -> Range<Int> {
    let starts = partition.sessionStarts
    let session = block.sessions.lowerBound + index
    return Int(starts[session]) - block.rows.lowerBound..<Int(starts[session + 1]) - block.rows.lowerBound
  }

  /// Writes the codes of `column` to the start of `codes`, by row.
  func copyCodes(_ column: TextColumn, to codes: inout [UInt32]) {
    partition[column].copy(block.rows, to: &codes)
  }

  /// Writes the ordinals of the visits in their sessions to the start of `ordinals`, by row.
  func copyVisits(to ordinals: inout [UInt32]) {
    partition.visits.copy(block.rows, to: &ordinals)
  }

  /// Writes a flag for every row to the start of `flags`: whether it is a selected pageview.
  func selectPageviews(into flags: inout [Bool]) {
    extend(&flags, to: count, with: false)
    for row in 0..<count { flags[row] = selected[row] && type(row) == EventType.pageview }
  }

  func type(_ row: Int) -> UInt8 { partition.types[block.rows.lowerBound + row] }
}

/// Values of `event_type`.
enum EventType {
  static let pageview: UInt8 = 1
  static let custom: UInt8 = 2
}
