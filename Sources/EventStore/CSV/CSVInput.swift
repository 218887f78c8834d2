import Engine

/// A CSV file whose kind of rows is known.
struct CSVInput {
  enum Layout {
    case events(EventLayout)
    case properties(PropertyLayout)
  }

  let file: CSVFile
  let layout: Layout

  var isEvents: Bool {
    if case .events = layout { true } else { false }
  }

  private static let maximumHeadersShown = 10

  /// Determines from the headers of `files` which kind of rows they have.
  ///
  /// Throws `missingColumns`, and `usage` if `map` names a column that is in no file.
  static func inputs(_ files: [CSVFile], map: ColumnMap) throws(StoreError) -> [CSVInput] {
    var headers: [CSVHeader] = []
    for file in files { headers.append(try CSVHeader(path: file.path, names: file.header, map: map)) }
    if let absent = map.sources(missingFrom: headers).first {
      let found = headers.prefix(Self.maximumHeadersShown).map { "\($0.path) has: \(list($0.names))" }
      let rest = headers.count - found.count
      throw .usage(
        "--map: no file has a column \"\(absent)\"; \(found.joined(separator: "; "))"
          + (rest > 0 ? "; and \(rest) more files" : ""))
    }
    var inputs: [CSVInput] = []
    for (file, header) in zip(files, headers) {
      let layout: Layout =
        PropertyLayout.matches(header)
        ? .properties(try PropertyLayout(header)) : .events(try EventLayout(header))
      inputs.append(CSVInput(file: file, layout: layout))
    }
    return inputs
  }

  /// The names of columns that are not used.
  var unusedColumns: [String] {
    let used: Set<Int> =
      switch layout {
      case .events(let layout): Set(layout.slots + [layout.url, layout.referrer].compactMap(\.self))
      case .properties(let layout): Set(layout.slots)
      }
    return file.header.enumerated().filter { !used.contains($0.offset) }.map(\.element)
  }

  func makeFields() -> CSVFields {
    switch layout {
    case .events(let layout): layout.makeFields()
    case .properties(let layout): layout.makeFields()
    }
  }
}

extension CSVFile {
  /// Scans `rows` of the file and passes each row to `body`, which returns the row's defect, if any. Bad rows
  /// go to `badRows`.
  ///
  /// Throws `unterminatedQuote`, and the errors of `badRows` and `body`.
  func forEachRow(
    in rows: Range<Int>, _ fields: CSVFields, badRows: BadRows,
    _ body: (_ rowEnd: Int) throws(StoreError) -> RowDefect?
  ) throws(StoreError) {
    defer { withExtendedLifetime(contents) {} }
    let pages = MappedPageReleaser(self, from: rows.lowerBound)
    var scanner = CSVScanner(contents.bytes, rows: rows) { offset in
      pages.didRead(upTo: offset)
      return false
    }
    var lines = LineCounter(contents)
    while true {
      let defect: RowDefect?
      switch scanner.next(fields) {
      case .row: defect = try body(scanner.position)
      case .bad(let found): defect = found
      case .unterminatedQuote(let offset):
        throw .unterminatedQuote(path: path, line: lines.line(of: offset))
      case .abandoned, .end: return
      }
      if let defect {
        let line = lines.line(of: scanner.rowStart)
        try badRows.add(BadRow(path: path, place: .line(line), defect: defect))
      }
    }
  }
}
