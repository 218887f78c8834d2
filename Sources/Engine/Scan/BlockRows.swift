/// The rows of a block as kernels see them: counted from the block's first row.
struct BlockRows {
  let partition: Partition
  /// The index of the partition in its website.
  let number: Int
  let block: Block
  /// The rows that the request selects.
  let selection: SelectionMask
  /// Tests single rows of a block that was passed without flags.
  let rowPredicate: RowPredicate?
  private let sessionStarts: Column<UInt32>

  init(
    partition: Partition, number: Int, block: Block, selection: SelectionMask,
    rowPredicate: RowPredicate? = nil
  ) {
    self.partition = partition
    self.number = number
    self.block = block
    self.selection = selection
    self.rowPredicate = rowPredicate
    sessionStarts = partition.sessionStarts
  }

  /// A flag for every row: whether the event is in range and passes the filters. May be longer than the
  /// block.
  var selected: [Bool] { selection.flags }

  /// Returns whether a row of the partition, whose time is known, is selected. Use it for few rows of a
  /// block, and for blocks without flags.
  func selects(rowOfPartition row: Int, at milliseconds: Int64) -> Bool {
    if selection.isWhole { return true }
    return rowPredicate?.passes(row, at: milliseconds) ?? selected[row - block.rows.lowerBound]
  }

  var count: Int { block.rows.count }

  /// Returns the rows of the session `index`, counted from the block's first session.
  func rows(ofSession index: Int) -> Range<Int> {
    let starts = sessionStarts.span
    let session = block.sessions.lowerBound + index
    return Int(starts[session]) - block.rows.lowerBound..<Int(starts[session + 1]) - block.rows.lowerBound
  }

  /// Milliseconds since 1970.
  func time(_ row: Int) -> Int64 { partition.times[block.rows.lowerBound + row] }

  /// Returns the number of a visit that several sessions share. `session` is counted from the block's first.
  func sharedVisit(session: Int, ordinal: UInt32) -> UInt32? {
    partition.sharedVisits.number(session: block.sessions.lowerBound + session, ordinal: ordinal)
  }

  /// Returns the number of selected rows that have `code` in `column`.
  func count(_ code: UInt32, in column: TextColumn) -> Int {
    let codes = partition[column]
    return selection.isWhole
      ? codes.count(code, in: block.rows) : codes.count(code, in: block.rows, where: selected)
  }

  /// Returns the number of selected rows of type `type`.
  func count(ofType type: UInt8) -> Int {
    let (types, selected) = (partition.types, selected)
    let typesOfRows = types.span.extracting(block.rows)
    return selection.isWhole
      ? countEqual(typesOfRows, type) : countEqual(typesOfRows, type, selected.bytes)
  }

  /// Counts the selected rows of each code of `column`.
  func count(_ column: TextColumn, into counts: inout CodeCounts) {
    if selection.isWhole {
      counts.count(partition[column], block.rows)
    } else {
      counts.count(partition[column], block.rows, where: selected)
    }
  }

  /// Clears each of `flags` (1 or 0, by row) whose row is not selected or not of type `type`.
  func clearUnselected(_ flags: inout [UInt8], ofType type: UInt8) {
    let types = partition.types
    var flags = flags.mutableSpan
    intersect(type, types.span.extracting(block.rows), selected.bytes, &flags)
  }

  /// Writes a flag for every row to the start of `flags`: whether it is a selected pageview.
  func selectPageviews(into flags: inout [Bool]) {
    extend(&flags, to: count, with: false)
    let (types, selected) = (partition.types, selected)
    flags.withMutableBytes { flags in
      select(EventType.pageview, types.span.extracting(block.rows), selected.bytes, &flags)
    }
  }
}

/// Sets each of `flags` if the row is selected and of type `type`.
private func select(
  _ type: UInt8, _ types: Span<UInt8>, _ selected: Span<UInt8>, _ flags: inout MutableSpan<UInt8>
) {
  precondition(selected.count >= types.count && flags.count >= types.count)
  var row = 0
  while row < types.count {
    flags[unchecked: row] = selected[unchecked: row] & (types[unchecked: row] == type ? 1 : 0)
    row &+= 1
  }
}

private func intersect(
  _ type: UInt8, _ types: Span<UInt8>, _ selected: Span<UInt8>, _ flags: inout MutableSpan<UInt8>
) {
  precondition(selected.count >= types.count && flags.count >= types.count)
  var row = 0
  while row < types.count {
    flags[unchecked: row] &= selected[unchecked: row] & (types[unchecked: row] == type ? 1 : 0)
    row &+= 1
  }
}

/// Values of `event_type`.
public enum EventType {
  /// A pageview.
  public static let pageview: UInt8 = 1
  /// An event with a name.
  public static let custom: UInt8 = 2
  /// A performance measurement. Reports do not count these as events; ingestion keeps them in columns apart from
  /// these.
  public static let performance: UInt8 = 5

  /// The names of types in requests and replies; the first, the empty text, is that of types without a name.
  static let names = ["", "pageview", "event", "link", "pixel"]
  static let dictionary = TextDictionary(names)

  /// Returns the index in ``names`` of the name of a type.
  static func nameIndex(of type: UInt8) -> Int { type < names.count ? Int(type) : 0 }

  /// All types of Umami; 3 is a link and 4 a pixel.
  static let known: ClosedRange<UInt8> = 1...5
}

extension BlockRows {
  /// Calls `body` with the entries of selected rows that pass `isWanted`, in order. Nothing in here updates a
  /// reference count for each row: all threads share the columns, and would contend for the counts.
  @inline(__always)
  func forEachSelected<Entry: RowEntry>(
    of entries: [Entry], where isWanted: (Entry) -> Bool = { _ in true }, _ body: (Entry) -> Void
  ) {
    let indices = entries.indexRange(of: block.rows)
    let entries = entries.span.extracting(indices)
    if selection.isWhole {
      for index in entries.indices where isWanted(entries[index]) { body(entries[index]) }
    } else if let rowPredicate {
      let times = partition.times
      switch times.offsets {
      case .four(let column): Self.forEach(entries, passing: rowPredicate, times, column.span, isWanted, body)
      case .eight(let column):
        Self.forEach(entries, passing: rowPredicate, times, column.span, isWanted, body)
      }
    } else {
      let flags = selection.flags
      let (selected, firstRow) = (flags.span, block.rows.lowerBound)
      for index in entries.indices where isWanted(entries[index]) {
        if selected[Int(entries[index].row) - firstRow] { body(entries[index]) }
      }
    }
  }

  @inline(__always)
  private static func forEach<Entry: RowEntry, Offset: UnsignedInteger & FixedWidthInteger>(
    _ entries: Span<Entry>, passing test: RowPredicate, _ times: TimeColumn, _ offsets: Span<Offset>,
    _ isWanted: (Entry) -> Bool, _ body: (Entry) -> Void
  ) {
    guard let window: OffsetWindow<Offset> = times.window(test.range) else { return }
    for index in entries.indices where isWanted(entries[index]) {
      let row = Int(entries[index].row)
      if window.contains(offsets[row]), test.passesFilters(row) { body(entries[index]) }
    }
  }
}
