/// A value of visits, prepared for the columns and the range of a report: each event has the code of its visit's value.
///
/// A visit's value depends on the range only where the range divides the visit. So each partition, most of which the
/// range covers, keeps the values as a column once they are asked for. Elsewhere they are computed block by block.
struct VisitColumn: Sendable {
  /// Where the value of a visit is found.
  enum Source: Sendable {
    /// The paths of the first and of the last pageview.
    case entry, exit
    /// Codes are raw values of ``Channel`` plus 1.
    case channel(ChannelTables)
    /// The column's value at the first event.
    case column(TextColumn)
    /// The type of the first event.
    case type
  }

  let source: Source
  let scope: VisitScope
  /// By partition: the code of each event, right for events of blocks that lie in the range; nil if the partition does
  /// not keep them.
  private let columns: [CodeColumn?]

  /// The result is meaningless once the executor is cancelled.
  init(
    _ value: VisitValue, _ scope: VisitScope, _ categories: SourceCategories, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) {
    let source: Source =
      switch value {
      case .entry: .entry
      case .exit: .exit
      case .channel: .channel(website.channelTables(categories, executor))
      case .column(let column): .column(column)
      case .type: .type
      }
    self.source = source
    self.scope = scope
    let partitions = website.partitions
    let made = executor.map(partitions.count, tasksPerThread: 1, start: { [(Int, CodeColumn)]() }) {
      number, made in
      let partition = partitions[number]
      guard partition.isMostly(in: scope.range) else { return }
      made.append((number, partition.codesOfVisits(source, of: value, categories, executor)))
    }
    var columns = [CodeColumn?](repeating: nil, count: partitions.count)
    for (number, column) in made.joined() { columns[number] = column }
    self.columns = columns
  }

  /// Returns the code of each event of the partition with this number; nil unless the column is right for the block.
  func codes(of block: Block, partition number: Int) -> CodeColumn? {
    scope.range.contains(block.times) ? columns[number] : nil
  }

  /// Returns the texts of the codes.
  func texts(_ website: WebsiteColumns) -> TextDictionary {
    switch source {
    case .entry, .exit: website.dictionary(.urlPath)
    case .channel: Channel.names
    case .column(let column): website.dictionary(column)
    case .type: EventType.dictionary
    }
  }
}

extension Channel {
  /// The names of all channels, behind the empty text.
  static let names = TextDictionary([""] + allCases.map(\.name))
}

extension TextDictionary {
  /// Creates a dictionary of different texts, the first of which is the empty one.
  init(_ texts: [String]) {
    var interner = TextInterner.forDictionary()
    for var text in texts { _ = text.withUTF8 { interner.code(of: $0) } }
    self = interner.dictionary()
  }
}

extension Partition {
  /// Whether it is worthwhile, and right, to derive the values of all its visits for a range: visits that several
  /// sessions share may have events in other partitions.
  fileprivate func isMostly(in range: InstantRange) -> Bool {
    sharedVisits.isEmpty && 2 * blocks.count { range.contains($0.times) } > blocks.count
  }

  /// Returns the code of the value of each event's visit, of which all events are in range.
  fileprivate func codesOfVisits(
    _ source: VisitColumn.Source, of value: VisitValue, _ categories: SourceCategories,
    _ executor: ParallelExecutor
  ) -> CodeColumn {
    func make() -> CodeColumn {
      var codes = Array(repeating: UInt32(0), count: rowCount)
      var (visits, ofBlock) = (BlockVisits(), [UInt32]())
      for block in blocks where !executor.isCancelled {
        visits.load(self, block, .always)
        visits.copyCodes(of: source, to: &ofBlock)
        let (rows, visitOfRow) = (block.rows, visits.visitOfRow)
        for row in rows { codes[row] = ofBlock[Int(visitOfRow[row - rows.lowerBound])] }
      }
      return CodeColumn(count: codes.count, largest: codes.max() ?? 0) { codes[$0] }
    }
    switch value {
    case .entry: return derived.entries.value(unlessCancelled: executor, make)
    case .exit: return derived.exits.value(unlessCancelled: executor, make)
    case .channel: return derived.channels.value(categories, unlessCancelled: executor, make)
    case .column(let column):
      return derived.visitColumns.value(column, unlessCancelled: executor, make)
    case .type: return derived.visitTypes.value(unlessCancelled: executor, make)
    }
  }
}

/// The codes of a ``VisitColumn`` for the rows of a block, of which few are looked up. One is reused from block to block.
struct BlockVisitCodes: Sendable {
  private var known: CodeColumn?
  private var firstRow = 0
  private var visits = BlockVisits()
  private var ofVisits: [UInt32] = []

  mutating func load(_ column: VisitColumn, _ block: BlockRows) {
    firstRow = block.block.rows.lowerBound
    known = column.codes(of: block.block, partition: block.number)
    if known != nil { return }
    visits.load(block.partition, block.block, column.scope)
    visits.copyCodes(of: column.source, to: &ofVisits)
  }

  /// The code of a row, counted from the block's first, whose event is in range.
  subscript(row: Int) -> UInt32 { known?[firstRow + row] ?? ofVisits[Int(visits.visitOfRow[row])] }
}
