import Engine

/// Reads lines that each are a JSON object as rows: the members that are columns, and properties.
///
/// If a name is repeated in an object, the last value counts. `null` is no value.
struct JSONLinesScanner: RowScanner {
  private var lines: LineScanner
  private let columns: JSONColumns
  private let limits: DataLimits
  /// The values of a row from which columns are computed.
  private let extra: RowFields
  private let agents = UserAgentCache()

  init(
    _ bytes: Bytes, rows: Range<Int>, _ columns: JSONColumns, limits: DataLimits,
    shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) {
    lines = LineScanner(bytes, rows: rows, maximumBytes: limits.csvRowBytes, shouldAbandon: shouldAbandon)
    self.columns = columns
    self.limits = limits
    extra = RowFields(columnCount: columns.extraCount)
  }

  var position: Int { lines.position }
  var rowStart: Int { lines.rowStart }

  mutating func next(_ fields: RowFields) -> ScannedRow {
    let line: Range<Int>
    switch lines.next() {
    case .line(let found): line = found
    case .other(let outcome): return outcome
    }
    fields.beginRow()
    fields.clear()
    extra.clear()
    let cells = JSONCells(columnCount: columns.names.count, fields: fields, extra: extra)
    // Sound: the line is within the bytes, which are not empty.
    guard let base = lines.bytes.baseAddress else { return .end }
    var reader = JSONReader(base + line.lowerBound, 0..<line.count, maximumDepth: limits.jsonDepth, fields)
    do throws(RowDefect) {
      try readLine(&reader, cells)
    } catch {
      return .bad(error)
    }
    for (column, cell) in columns.substitutes where cells[column].isEmpty { cells[column] = cells[cell] }
    fields.removeRepeatedProperties()
    return columns.form.complete(cells, columns.inputs, agents)
  }

  private mutating func readLine(_ reader: inout JSONReader, _ cells: JSONCells) throws(RowDefect) {
    reader.skipSpace()
    guard reader.current == UInt8(ascii: "{") else { throw reader.unexpected("a JSON object") }
    var members = MemberReader(columns.tree, limits, cells)
    try members.readMembers(of: MemberTree.root, depth: 0, &reader)
    reader.skipSpace()
    guard reader.isAtEnd else { throw reader.unexpected("the end of the line after the object") }
  }
}

/// The values of a row's columns, which are those of `fields`, followed by the `extra` values from which columns are
/// computed.
struct JSONCells {
  let columnCount: Int
  let fields: RowFields
  let extra: RowFields

  subscript(cell: Int) -> Bytes {
    get { cell < columnCount ? fields[cell] : extra[cell - columnCount] }
    nonmutating set {
      if cell < columnCount {
        fields[cell] = newValue
      } else {
        extra[cell - columnCount] = newValue
      }
    }
  }
}
