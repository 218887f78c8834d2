import Engine

/// Splits the bytes of a table into rows and their fields, without copying them.
///
/// A scanner reads the rows that begin inside a range, and reads the last of them to its end even if it ends
/// outside. Therefore scanners over adjacent ranges, each starting at a row, read every row exactly once.
protocol RowScanner {
  /// Where the next row begins.
  var position: Int { get }
  /// Where the current row begins.
  var rowStart: Int { get }

  /// Reads the next row into `fields`, one field for each column of the table.
  mutating func next(_ fields: RowFields) -> ScannedRow

  /// Reads rows into `fields` until `body`, which gets what was found and where it begins, returns false; returns
  /// what was found last.
  mutating func forEachRow(_ fields: RowFields, _ body: (ScannedRow, _ rowStart: Int) -> Bool) -> ScannedRow
}

extension RowScanner {
  /// The loop is compiled for each scanner, so that a caller with `any RowScanner` chooses between them once, not
  /// for every row.
  mutating func forEachRow(_ fields: RowFields, _ body: (ScannedRow, _ rowStart: Int) -> Bool) -> ScannedRow {
    while true {
      let row = next(fields)
      if !body(row, rowStart) { return row }
    }
  }
}

/// What a scanner found.
enum ScannedRow: Equatable {
  case row
  /// A row that cannot be used; the scanner is positioned after it.
  case bad(RowDefect)
  /// A row that is in order and does not count.
  case leftOut(LeftOutReason)
  /// A quoted field, opened at this offset, that continues to the end of the bytes.
  case unterminatedQuote(at: Int)
  /// A long row that was abandoned because `shouldAbandon` returned true.
  case abandoned
  case end
}

/// How the rows of a table are written.
enum RowSyntax {
  case csv(separator: UInt8)
  /// A JSON object on each line.
  case jsonLines(JSONColumns)
  case accessLog(AccessLogRules)
  /// GoatCounter's CSV export.
  case goatCounter(columnCount: Int)
  /// PostgreSQL's `COPY … FROM stdin`.
  case copy
  case insert(InsertSyntax)

  /// A scanner for the rows that begin inside `rows`; a row begins at its lower bound. `shouldAbandon` is called
  /// once per mebibyte of a row, with the offset reached so far.
  func scanner(
    _ bytes: Bytes, rows: Range<Int>, limits: DataLimits, shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) -> any RowScanner {
    switch self {
    case .csv(let separator):
      CSVScanner(
        bytes, rows: rows, separator: separator, limits: limits, shouldAbandon: shouldAbandon)
    case .jsonLines(let columns):
      JSONLinesScanner(bytes, rows: rows, columns, limits: limits, shouldAbandon: shouldAbandon)
    case .goatCounter(let count):
      GoatCounterScanner(bytes, rows: rows, columnCount: count, limits: limits, shouldAbandon: shouldAbandon)
    case .accessLog(let rules):
      AccessLogScanner(bytes, rows: rows, rules, limits: limits, shouldAbandon: shouldAbandon)
    case .copy: CopyScanner(bytes, rows: rows, limits: limits, shouldAbandon: shouldAbandon)
    case .insert(let syntax):
      InsertScanner(bytes, syntax, rows: rows, limits: limits, shouldAbandon: shouldAbandon)
    }
  }

  /// Whether a row may contain a line feed, so that a line need not be a row.
  var rowsSpanLines: Bool {
    switch self {
    case .csv, .goatCounter, .insert: true
    case .jsonLines, .accessLog, .copy: false
    }
  }

  /// Whether each row may lack other columns, so that columns are derived from the addresses of those rows in which
  /// they are empty. Otherwise a file has a column in all rows or in none.
  var columnsVaryByRow: Bool {
    switch self {
    case .jsonLines, .goatCounter: true
    case .csv, .accessLog, .copy, .insert: false
    }
  }

  /// Whether the same rows get the same ids in every process.
  var isReproducible: Bool {
    if case .accessLog(let rules) = self { rules.visitorKey != nil } else { true }
  }
}
