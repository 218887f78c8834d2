import Engine

/// Where a scanner is in the bytes of a table.
struct RowCursor {
  let bytes: Bytes
  /// Rows that begin here or later are not the scanner's.
  let rowsEnd: Int
  /// Where the next row begins.
  var position: Int
  /// Where the current row begins.
  var rowStart: Int

  /// A cursor before the rows that begin inside `rows`; one begins at its lower bound.
  init(_ bytes: Bytes, rows: Range<Int>) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= bytes.count)
    self.bytes = bytes
    rowsEnd = rows.upperBound
    position = rows.lowerBound
    rowStart = rows.lowerBound
  }
}

/// A scanner that finds rows in bytes, not in the rows of another scanner.
protocol ByteScanner {
  var rows: RowCursor { get set }
}

extension ByteScanner {
  var bytes: Bytes { rows.bytes }
  var rowsEnd: Int { rows.rowsEnd }

  /// Where the next row begins.
  var position: Int {
    @inline(__always) get { rows.position }
    @inline(__always) set { rows.position = newValue }
  }

  /// Where the current row begins.
  var rowStart: Int {
    @inline(__always) get { rows.rowStart }
    @inline(__always) set { rows.rowStart = newValue }
  }
}

/// Asks once per mebibyte of a row whether to abandon the row.
struct AbandonmentCheck {
  private static let bytesPerCheck = 1 << 20
  private let shouldAbandon: (_ offset: Int) -> Bool
  /// The offset from which `shouldAbandon` is called again.
  private(set) var nextOffset = 0

  /// - Parameter shouldAbandon: is called with the offset reached so far.
  init(_ shouldAbandon: @escaping (_ offset: Int) -> Bool) { self.shouldAbandon = shouldAbandon }

  /// Begins a row at `offset`: the first call comes a mebibyte later.
  mutating func beginRow(at offset: Int) { nextOffset = offset + Self.bytesPerCheck }

  /// Whether to abandon the row, which has been read up to `offset`.
  @inline(__always)
  mutating func isAbandoned(at offset: Int) -> Bool {
    guard offset >= nextOffset else { return false }
    nextOffset = offset + Self.bytesPerCheck
    return shouldAbandon(offset)
  }
}
