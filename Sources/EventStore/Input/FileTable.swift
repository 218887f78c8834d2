import Engine

/// A table in a file: the names of its columns, and where and how its rows are written.
struct FileTable {
  let contents: FileContents
  /// The name that the file gives the table; nil if it gives none, as a CSV file does.
  var name: String?
  /// The names of the columns, exactly as in the file.
  let columns: [String]
  /// Where the rows are within the contents.
  var rows: Range<Int>
  let syntax: RowSyntax
  /// The event names of pageviews, if the format of the file determines them.
  var pageviewNames: [String]?

  var path: String { contents.path }

  /// How messages name the table.
  var label: String { name.map { "\(path), table \($0)" } ?? path }
}

extension FileTable {
  /// How far to search for the start of a row.
  static let lookAheadBytes = 1 << 20
  private static let candidateLimit = 8

  /// Where a row probably begins at or after `offset`: at the first of the next few lines that parses as a
  /// complete row. The result is always the same for the same offset; nil if no line begins within the next
  /// mebibyte.
  ///
  /// Only reading from the start of the table can prove it, because the line may be inside a quoted field.
  /// Therefore the rows from here are accepted only if the chunk before turns out to end here.
  func probableRowStart(at offset: Int, _ fields: RowFields) -> Int? {
    guard offset > rows.lowerBound else { return rows.lowerBound }
    guard offset < rows.upperBound else { return rows.upperBound }
    let end = min(offset + Self.lookAheadBytes, rows.upperBound)
    if case .insert(let syntax) = syntax {
      return syntax.probableRowStart(contents.bytes, at: offset, before: end, fields)
        ?? (end == rows.upperBound ? end : nil)
    }
    guard let first = lineStart(at: offset, before: end) else { return nil }
    guard syntax.rowsSpanLines else { return first }
    var start = first
    for _ in 0..<Self.candidateLimit where start < end {
      var scanner = syntax.scanner(contents.bytes, rows: start..<end, limits: .standard) { $0 > end }
      switch scanner.next(fields) {
      case .row, .leftOut: return start
      default: break
      }
      guard let next = lineStart(at: start + 1, before: end) else { break }
      start = next
    }
    return first
  }

  /// Where a line begins at or after `offset`, which is not the start of the table. Nil if none begins before
  /// `end`, unless the rows end there.
  private func lineStart(at offset: Int, before end: Int) -> Int? {
    guard let base = contents.bytes.baseAddress else { return nil }
    let index = firstPosition(of: allLineFeeds, or: allLineFeeds, base, from: offset - 1, to: end) + 1
    return index < end ? index : end == rows.upperBound ? end : nil
  }
}

extension FileTable {
  /// Scans `rows` of the table and passes each row to `body`, which returns the row's defect, if any. Bad rows
  /// go to `badRows`.
  ///
  /// Throws `unterminatedQuote`, `cancelled`, and the errors of `badRows` and `body`.
  func forEachRow(
    in rows: Range<Int>, _ fields: RowFields, badRows: BadRows,
    isCancelled: @escaping () -> Bool = { false },
    _ body: (_ rowEnd: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    let pages = MappedPageReleaser(contents, from: rows.lowerBound)
    var scanner = syntax.scanner(contents.bytes, rows: rows, limits: .standard) { offset in
      pages.didRead(upTo: offset)
      return isCancelled()
    }
    var cancellation = CancellationCheck(isCancelled)
    var lines = LineCounter(contents)
    var leftOut = LeftOutRows()
    while true {
      try cancellation.atNextRow()
      let defect: RowDefect?
      switch scanner.next(fields) {
      case .row: defect = try body(scanner.position)
      case .leftOut(let reason):
        leftOut.count(reason)
        defect = nil
      case .bad(let found): defect = found
      case .unterminatedQuote(let offset):
        throw .unterminatedQuote(path: path, line: lines.line(of: offset))
      case .abandoned: throw .cancelled
      case .end: return badRows.report(leftOut, path: path)
      }
      if let defect {
        let line = lines.line(of: scanner.rowStart)
        try badRows.add(BadRow(path: path, place: .line(line), defect: defect))
      }
    }
  }
}
