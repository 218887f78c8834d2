import Engine

extension FileTable {
  /// The table of a file of fields between separators. Reads its header, which `rules` may replace; a file
  /// without any text is a table without columns.
  ///
  /// Throws `unusableFile` if the file begins with something else, and `unterminatedQuote`.
  init(csv contents: FileContents, _ rules: ReadingRules = ReadingRules()) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    var (start, rules) = (try Self.textStart(contents), rules)
    if let line = try SeparatorLine(contents, at: start) {
      start = line.end
      rules.separator = rules.separator ?? line.separator
    }
    let reader = CSVHeaderReader(contents: contents, start: start)
    let first = try reader.firstRow(rules)
    if rules.header == nil { try reader.checkNames(first, rules) }
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

/// A line before the header that says how fields are separated, as Excel understands it: `sep=;`.
private struct SeparatorLine {
  let separator: Separator
  /// Where the next line begins.
  let end: Int

  /// Nil if there is no such line at `start`. Throws `unusableFile` if it names another separator.
  init?(_ contents: FileContents, at start: Int) throws(StoreError) {
    let rest = Bytes(rebasing: contents.bytes[start...].prefix(Self.maximumBytes))
    guard let lineFeed = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    var line = rest[..<lineFeed]
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    if line.count > 2, line.first == UInt8(ascii: "\""), line.last == UInt8(ascii: "\"") {
      line = line.dropFirst().dropLast()
    }
    guard line.count == 5, line.dropLast().map({ lowercased($0) }) == Array("sep=".utf8), let byte = line.last
    else { return nil }
    guard let found = Separator.allCases.first(where: { $0.byte == byte }) else {
      throw .unusableFile(
        path: contents.path,
        sentence:
          "says in its first line that fields are separated by \(shown(Bytes(rebasing: line.suffix(1)))); "
          + "separate them by commas, semicolons, tabs or pipes")
    }
    separator = found
    end = start + lineFeed + 1
  }

  /// The longest such line is `"sep=;"` with CRLF.
  private static let maximumBytes = 9
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

  /// Throws `unusableFile` if the first row is a title or a comment, and the names of columns follow on a later line.
  func checkNames(_ first: FirstRow, _ rules: ReadingRules) throws(StoreError) {
    guard first.fieldCount > 0, !first.names.contains(where: rules.knows),
      let header = headerAfter(first, rules)
    else { return }
    var lines = LineCounter(contents)
    let line = lines.line(of: header.start)
    throw .unusableFile(
      path: contents.path,
      sentence:
        "does not begin with its header, which seems to be line \(line) (\(list(header.names))); remove the lines "
        + "before it, for example with tail -n +\(line)")
  }

  /// The first of the next rows with two names that mean something; otherwise, if the first row is one field, the first
  /// row that has several, all with a text.
  private func headerAfter(_ first: FirstRow, _ rules: ReadingRules) -> (start: Int, names: [String])? {
    let end = min(first.end + Self.titleBytes, contents.bytes.count)
    var several: (start: Int, names: [String])?
    for separator in rules.separator.map({ [$0] }) ?? Separator.allCases {
      var scanner = CSVScanner(contents.bytes, rows: first.end..<end, separator: separator.byte) { $0 > end }
      let fields = RowFields(columnCount: DataLimits.standard.csvColumns)
      for _ in 0..<Self.titleRows {
        switch scanner.next(fields) {
        case .row, .bad(.fieldCount): break
        default: continue
        }
        let count = min(scanner.fieldCount, DataLimits.standard.csvColumns)
        let names = (0..<count).map { String(decoding: fields[$0], as: UTF8.self) }
        if names.count(where: rules.knows) > 1 { return (scanner.rowStart, names) }
        if several == nil, first.fieldCount == 1, count > 1, !names.contains("") {
          several = (scanner.rowStart, names)
        }
      }
    }
    return several
  }

  /// How many rows, and within how many bytes, a header is looked for after a title.
  private static let (titleRows, titleBytes) = (20, 64 << 10)

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
        path: contents.path,
        sentence: "is neither an SQLite file nor CSV: in its first line, \(defect)"
          + (defect == .nulByte
            ? "; if it is UTF-16 without a byte order mark, use --encoding utf-16" : ""))
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
  func knows(_ name: String) -> Bool {
    let name = trimmed(name).lowercased()
    return Self.standardNames.contains(name) || columnMap.columnNames.contains { $0.lowercased() == name }
  }

  private static let standardNames = Set(
    EventField.allCases.flatMap(\.names) + PropertyField.allCases.flatMap(\.names)
      + [ColumnMap.url, ColumnMap.referrer])
}
