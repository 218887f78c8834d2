/// The rowids of a table, divided into ranges that are read separately.
struct RowIDRanges {
  /// How many rows a range has if the rowids have no gaps.
  static let rowsPerRange: UInt64 = 16_384
  /// Smaller tables are read in one piece.
  static let smallestDividedTable: UInt64 = 50_000
  private static let rangeLimit: UInt64 = 4_096

  /// `first...last` in ascending ranges of about equal length.
  static func divide(_ first: Int64, _ last: Int64, rowsPerRange: UInt64) -> [ClosedRange<Int64>] {
    precondition(first <= last)
    // Rowids may be negative, so their distance needs all 64 bits.
    let distance = UInt64(bitPattern: last &- first)
    let step = max(rowsPerRange, distance / rangeLimit + 1)
    var ranges: [ClosedRange<Int64>] = []
    var offset: UInt64 = 0
    while true {
      let start = first &+ Int64(bitPattern: offset)
      guard distance - offset >= step else { return ranges + [start...last] }
      ranges.append(start...(start &+ Int64(bitPattern: step - 1)))
      offset += step
    }
  }

  /// The ranges of `table`; nil if it is empty or small, or if rowids do not identify its rows.
  static func of(
    _ table: TableColumns, in connection: Connection, rowsPerRange: UInt64 = Self.rowsPerRange,
    smallest: UInt64 = Self.smallestDividedTable
  ) throws(StoreError) -> [ClosedRange<Int64>]? {
    guard table.hasRowID, try hasOwnRowIDs(table, in: connection) else { return nil }
    // Two subqueries, because SQLite answers min and max in one SELECT by a full scan.
    let statement = try connection.prepare(
      "SELECT (SELECT min(rowid) FROM \(quoted(table.table))), (SELECT max(rowid) FROM \(quoted(table.table)))"
    )
    guard try statement.step(), statement.type(0) == .integer, statement.type(1) == .integer else {
      return nil
    }
    let (first, last) = (statement.integer(0), statement.integer(1))
    // One less than the number of rowids in the range, which may overflow 64 bits.
    guard UInt64(bitPattern: last &- first) >= smallest - 1 else { return nil }
    return divide(first, last, rowsPerRange: rowsPerRange)
  }

  /// False for a view, a virtual table, a WITHOUT ROWID table, and a table with an ordinary column named
  /// rowid.
  static func hasOwnRowIDs(_ table: TableColumns, in connection: Connection) throws(StoreError)
    -> Bool
  {
    guard table.column(["rowid"], alias: "t") == nil else { return false }
    return try connection.integer(
      """
      SELECT count(*) FROM pragma_table_list
      WHERE schema = 'main' AND name = \(sqlText(table.table)) COLLATE NOCASE AND type = 'table' AND wr = 0
      """) == 1
  }
}
