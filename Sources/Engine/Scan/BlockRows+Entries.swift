extension BlockRows {
  /// Calls `body` with the entries of selected rows that `isWanted` lets through, in their order. Nothing in
  /// here counts references a row: columns are shared by all threads, which would wait for each other's counts.
  @inline(__always)
  func forEachSelected<Entry: RowEntry>(
    of entries: [Entry], where isWanted: (Entry) -> Bool = { _ in true }, _ body: (Entry) -> Void
  ) {
    let places = entries.places(of: block.rows)
    let entries = entries.span.extracting(places)
    if selection.isWhole {
      for place in entries.indices where isWanted(entries[place]) { body(entries[place]) }
    } else if let rowTest {
      let times = partition.times
      switch times.offsets {
      case .four(let column): Self.forEach(entries, passing: rowTest, times, column.span, isWanted, body)
      case .eight(let column): Self.forEach(entries, passing: rowTest, times, column.span, isWanted, body)
      }
    } else {
      let flags = selection.flags
      let (selected, firstRow) = (flags.span, block.rows.lowerBound)
      for place in entries.indices where isWanted(entries[place]) {
        if selected[Int(entries[place].row) - firstRow] { body(entries[place]) }
      }
    }
  }

  @inline(__always)
  private static func forEach<Entry: RowEntry, Offset: UnsignedInteger & FixedWidthInteger>(
    _ entries: Span<Entry>, passing test: RowTest, _ times: TimeColumn, _ offsets: Span<Offset>,
    _ isWanted: (Entry) -> Bool, _ body: (Entry) -> Void
  ) {
    guard let window: OffsetWindow<Offset> = times.window(test.range) else { return }
    for place in entries.indices where isWanted(entries[place]) {
      let row = Int(entries[place].row)
      if window.contains(offsets[row]), test.passesFilters(row) { body(entries[place]) }
    }
  }
}
