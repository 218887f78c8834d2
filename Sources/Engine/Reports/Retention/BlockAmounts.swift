/// The amounts of a block in one currency, session by session.
struct BlockAmounts {
  private let block: BlockRows
  private let entries: [MoneyEntry]
  private let currency: UInt32
  private var index: Int
  private let end: Int

  init(
    _ block: BlockRows, _ money: (properties: MoneyProperties, currency: UInt32)?,
    _ executor: ParallelExecutor
  ) {
    self.block = block
    entries = money.map { $0.properties.entries(of: block, executor) } ?? []
    currency = money?.currency ?? 0
    let indices = entries.indexRange(of: block.block.rows)
    (index, end) = (indices.lowerBound, indices.upperBound)
  }

  /// Calls `body` with the selected amounts of a session. Sessions must be asked for in order.
  ///
  /// - Parameter session: The first row of the session, counted from the block's first row.
  mutating func forEachAmount(
    ofSession session: UInt32, _ body: (_ row: Int, _ milliseconds: Int64, _ tenThousandths: Int128) -> Void
  ) {
    let first = block.block.rows.lowerBound
    while index < end {
      let entry = entries[index]
      let start = block.rows(ofSession: Int(entry.session) - block.block.sessions.lowerBound).lowerBound
      if start > Int(session) { return }
      index += 1
      guard start == Int(session), entry.currency == currency, let amount = entry.tenThousandths,
        block.selects(rowOfPartition: Int(entry.row), at: entry.milliseconds)
      else { continue }
      body(Int(entry.row) - first, entry.milliseconds, amount)
    }
  }
}
