import Engine

extension FileTable {
  /// The table of a file of fields between separators. Reads its header, which `rules` may replace; a file
  /// without any text is a table without columns.
  ///
  /// Throws `unusableFile` if the file begins with something else, and `unterminatedQuote`.
  init(csv contents: FileContents, _ rules: ReadingRules = ReadingRules()) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    let reader = CSVHeaderReader(contents: contents, start: try Self.textStart(contents))
    let first = try reader.firstRow(rules)
    guard let names = rules.header, first.names.count > 0 else {
      self.init(first, first.names, from: first.end, contents)
      return
    }
    guard names.count == first.names.count else {
      throw .unusableFile(
        path: contents.path,
        sentence: "has \(first.names.count) fields in its first line; --header names \(names.count)")
    }
    // A header row that says the same is no row of values.
    let repeatsHeader = zip(names, first.names).allSatisfy { $0.lowercased() == $1.lowercased() }
    self.init(first, names, from: repeatsHeader ? first.end : reader.start, contents)
  }

  private init(
    _ first: CSVHeaderReader.FirstRow, _ names: [String], from start: Int, _ contents: FileContents
  ) {
    self.init(
      contents: contents, columns: names, rows: start..<contents.bytes.count,
      syntax: .csv(separator: first.separator.byte))
  }

  /// Where the text begins, after a byte order mark if there is one.
  private static func textStart(_ contents: FileContents) throws(StoreError) -> Int {
    let start = contents.bytes.prefix(4)
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
      || start.starts(with: [0, 0, 0xFE, 0xFF])
    {
      throw .unusableFile(path: contents.path, sentence: "is UTF-16 or UTF-32 text; save it as UTF-8")
    }
    return contents.textStart
  }
}

/// Reads the first row of a file and recognises the separator of its fields.
private struct CSVHeaderReader {
  let contents: FileContents
  /// Where the text begins.
  let start: Int

  struct FirstRow {
    let separator: Separator
    /// At most as many as the limit of columns.
    let names: [String]
    let fieldCount: Int
    /// Where the second row begins.
    let end: Int
  }

  /// The first row, split at the separator that gives the most known names, then the most fields.
  func firstRow(_ rules: ReadingRules) throws(StoreError) -> FirstRow {
    var best: (row: FirstRow, known: Int)?
    var failure: StoreError?
    for separator in rules.separator.map({ [$0] }) ?? Separator.allCases {
      do throws(StoreError) {
        let row = try firstRow(separator)
        let known = rules.header == nil ? row.names.count { rules.knows($0) } : 0
        if let found = best, (found.known, found.row.names.count) >= (known, row.names.count) { continue }
        best = (row, known)
      } catch {
        failure = failure ?? error
      }
    }
    if let best {
      guard best.row.fieldCount <= DataLimits.standard.csvColumns else {
        throw .unusableFile(
          path: contents.path,
          sentence: "has \(best.row.fieldCount) columns; the limit is \(DataLimits.standard.csvColumns)")
      }
      return best.row
    }
    throw failure ?? .usage("a row needs a separator")
  }

  private func firstRow(_ separator: Separator) throws(StoreError) -> FirstRow {
    let bytes = contents.bytes
    let limit = start + DataLimits.standard.csvHeaderBytes
    var scanner = CSVScanner(bytes, rows: start..<bytes.count, separator: separator.byte) { $0 > limit }
    let fields = RowFields(columnCount: DataLimits.standard.csvColumns)
    switch scanner.next(fields) {
    case .end: return FirstRow(separator: separator, names: [], fieldCount: 0, end: bytes.count)
    case .unterminatedQuote(let offset):
      var lines = LineCounter(contents)
      throw .unterminatedQuote(path: contents.path, line: lines.line(of: offset))
    case .abandoned: throw longHeader
    case .bad(.fieldCount), .row, .leftOut: if scanner.position > limit { throw longHeader }
    case .bad(let defect):
      throw .unusableFile(
        path: contents.path, sentence: "is neither an SQLite file nor CSV: in its first line, \(defect)")
    }
    let count = min(scanner.fieldCount, DataLimits.standard.csvColumns)
    let names = (0..<count).map { String(decoding: fields[$0], as: UTF8.self) }
    return FirstRow(
      separator: separator, names: names, fieldCount: scanner.fieldCount, end: scanner.position)
  }

  private var longHeader: StoreError {
    .unusableFile(
      path: contents.path,
      sentence:
        "has more than \(DataLimits.standard.csvHeaderBytes) bytes in its first line; a CSV file begins "
        + "with a header row of column names")
  }
}

extension ReadingRules {
  /// Whether a column's name means something: it is one of Umami's, or is mapped.
  fileprivate func knows(_ name: String) -> Bool {
    let name = trimmed(name).lowercased()
    return Self.standardNames.contains(name) || columnMap.columnNames.contains { $0.lowercased() == name }
  }

  private static let standardNames = Set(
    EventField.allCases.flatMap(\.names) + PropertyField.allCases.flatMap(\.names)
      + [ColumnMap.url, ColumnMap.referrer])
}
