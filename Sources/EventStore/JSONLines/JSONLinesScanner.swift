import Engine

/// Reads lines that each are a JSON object as rows: the members that are columns, and properties.
///
/// If a name is repeated in an object, the last value counts. `null` is no value.
struct JSONLinesScanner: RowScanner {
  private var lines: LineScanner
  private let columns: JSONColumns
  private let limits: DataLimits
  private var cells: JSONCells

  init(
    _ bytes: Bytes, rows: Range<Int>, _ columns: JSONColumns, limits: DataLimits,
    shouldAbandon: @escaping (_ offset: Int) -> Bool
  ) {
    lines = LineScanner(bytes, rows: rows, maximumBytes: limits.csvRowBytes, shouldAbandon: shouldAbandon)
    self.columns = columns
    self.limits = limits
    cells = JSONCells(columnCount: columns.names.count, extraCount: columns.extraCount)
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
    cells.begin(fields)
    // Sound: the line is within the bytes, which are not empty.
    guard let base = lines.bytes.baseAddress else { return .end }
    var reader = JSONReader(base + line.lowerBound, 0..<line.count, maximumDepth: limits.jsonDepth, fields)
    do throws(RowFailure) {
      try readLine(&reader, fields)
    } catch {
      return .bad(error.defect)
    }
    for (column, cell) in columns.substitutes where cells[column].isEmpty { cells[column] = cells[cell] }
    fields.removeRepeatedProperties()
    return columns.form.complete(cells, columns.parts, fields)
  }

  private mutating func readLine(_ reader: inout JSONReader, _ fields: RowFields) throws(RowFailure) {
    reader.skipSpace()
    guard reader.current == UInt8(ascii: "{") else { throw reader.unexpected("a JSON object") }
    var members = MemberReader(columns.tree, limits, cells, fields)
    try members.readMembers(of: MemberTree.root, depth: 0, &reader)
    reader.skipSpace()
    guard reader.isAtEnd else { throw reader.unexpected("the end of the line after the object") }
  }
}

/// The values of a row's columns, followed by values from which columns are computed.
final class JSONCells {
  private let columnCount: Int
  private var fields: RowFields?
  private var extra: [Bytes]

  init(columnCount: Int, extraCount: Int) {
    self.columnCount = columnCount
    extra = Array(repeating: Bytes(start: nil, count: 0), count: extraCount)
  }

  /// Clears the values in addition to the columns, which are those of `fields`.
  func begin(_ fields: RowFields) {
    self.fields = fields
    for index in extra.indices { extra[index] = Bytes(start: nil, count: 0) }
  }

  subscript(cell: Int) -> Bytes {
    get { cell < columnCount ? fields.unsafelyUnwrapped[cell] : extra[cell - columnCount] }
    set {
      if cell < columnCount {
        fields.unsafelyUnwrapped[cell] = newValue
      } else {
        extra[cell - columnCount] = newValue
      }
    }
  }
}
