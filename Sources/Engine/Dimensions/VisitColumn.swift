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
      let codeOfFirstEvent = source.codeOfFirstEvent(in: self)
      for block in blocks where !executor.isCancelled {
        if let codeOfFirstEvent, let count = listVisitStarts(of: block, into: &ofBlock) {
          for visit in 0..<count {
            let code = codeOfFirstEvent(Int(ofBlock[visit]))
            for row in Int(ofBlock[visit])..<Int(ofBlock[visit + 1]) { codes[row] = code }
          }
          continue
        }
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

extension VisitColumn.Source {
  /// Returns what gives the code of a visit by the row of its first event; nil if its value is not that of its first event.
  fileprivate func codeOfFirstEvent(in partition: Partition) -> ((Int) -> UInt32)? {
    switch self {
    case .entry, .exit: return nil
    case .channel(let tables):
      let classifier = tables.classifier(of: partition)
      return { UInt32(classifier.channel(ofRow: $0).rawValue) + 1 }
    case .column(let column):
      let codes = partition[column]
      return { codes[$0] }
    case .type:
      let types = partition.types
      return { UInt32(EventType.nameIndex(of: types[$0])) }
    }
  }
}

extension Partition {
  /// Writes the row of the first event of each visit of a block, and the end of the block, to the start of `starts`, which
  /// grows as needed; returns the number of visits. Nil if visits of one visitor overlap, so that the events of a visit are
  /// not adjacent.
  fileprivate func listVisitStarts(of block: Block, into starts: inout [UInt32]) -> Int? {
    extend(&starts, to: block.rows.count + 1, with: 0)
    var marks = SessionMarks()
    marks.load(
      BlockRows(partition: self, number: 0, block: block, selection: SelectionMask()))
    let flags = marks.flags
    return switch visits {
    case .one(let ordinals): list(ordinals.span.extracting(block.rows), flags.bytes, block.rows, &starts)
    case .two(let ordinals): list(ordinals.span.extracting(block.rows), flags.bytes, block.rows, &starts)
    case .four(let ordinals): list(ordinals.span.extracting(block.rows), flags.bytes, block.rows, &starts)
    }
  }

  private func list<Ordinal: FixedWidthInteger>(
    _ ordinals: Span<Ordinal>, _ startsSession: Span<UInt8>, _ rows: Range<Int>, _ starts: inout [UInt32]
  ) -> Int? {
    var listed = starts.mutableSpan
    precondition(startsSession.count >= ordinals.count && listed.count > ordinals.count)
    var (count, latest, overlaps) = (0, Ordinal.zero, UInt8.zero)
    for row in 0..<ordinals.count {
      let (ordinal, startsSession) = (ordinals[unchecked: row], startsSession[unchecked: row])
      // Sound: `count` is at most `row`. Each row is written, and overwritten by the next if no visit starts there.
      listed[unchecked: count] = UInt32(truncatingIfNeeded: rows.lowerBound &+ row)
      count &+= Int(startsSession | (ordinal != latest).asOne)
      overlaps |= (1 ^ startsSession) & (ordinal < latest).asOne
      latest = ordinal
    }
    listed[count] = UInt32(truncatingIfNeeded: rows.upperBound)
    return overlaps == 0 ? count : nil
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
