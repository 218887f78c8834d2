import Engine

extension FileTable {
  /// The table of a CSV file. Reads the header of `contents`; throws `unusableFile` if there is none.
  init(csv contents: FileContents) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    let bytes = contents.bytes
    let start = try Self.textStart(contents)
    let limit = start + DataLimits.standard.csvHeaderBytes
    var scanner = CSVScanner(bytes, rows: start..<bytes.count) { $0 > limit }
    let fields = RowFields(columnCount: DataLimits.standard.csvColumns)
    switch scanner.next(fields) {
    case .end:
      throw .unusableFile(path: contents.path, sentence: "is empty: a CSV file begins with a header row")
    case .unterminatedQuote(let offset):
      var lines = LineCounter(contents)
      throw .unterminatedQuote(path: contents.path, line: lines.line(of: offset))
    case .abandoned:
      throw Self.longHeader(contents.path)
    case .bad(.fieldCount), .row, .leftOut:
      if scanner.position > limit { throw Self.longHeader(contents.path) }
    case .bad(let defect):
      throw .unusableFile(
        path: contents.path, sentence: "is neither an SQLite file nor CSV: in its first line, \(defect)")
    }
    guard scanner.fieldCount <= DataLimits.standard.csvColumns else {
      throw .unusableFile(
        path: contents.path,
        sentence: "has \(scanner.fieldCount) columns; the limit is \(DataLimits.standard.csvColumns)")
    }
    self.init(
      contents: contents,
      columns: (0..<scanner.fieldCount).map { String(decoding: fields[$0], as: UTF8.self) },
      rows: scanner.position..<bytes.count, syntax: .csv)
  }

  private static func longHeader(_ path: String) -> StoreError {
    .unusableFile(
      path: path,
      sentence:
        "has more than \(DataLimits.standard.csvHeaderBytes) bytes in its first line; a CSV file begins with a header row of "
        + "column names")
  }

  /// Where the text begins, after a byte order mark if there is one.
  private static func textStart(_ contents: FileContents) throws(StoreError) -> Int {
    let start = contents.bytes.prefix(4)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { return 3 }
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.starts(with: [0, 0, 0xFE, 0xFF])
    {
      throw .unusableFile(path: contents.path, sentence: "is UTF-16 or UTF-32 text; save it as UTF-8")
    }
    return 0
  }
}
