@testable import Engine
import Testing

@testable import EventStore

/// However many connections read however short ranges, rows come as one connection reads them.
struct SQLiteReaderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [UInt64(1), 2, 3, 7, 64, 1000])
  func `ranges of rowids read like the whole table`(rowsPerRange: UInt64) throws {
    let connection = try store(rows: 60)
    let expected = try read(connection, threads: 1, rowsPerRange: 1 << 40)
    #expect(expected.contains { $0.contains("event_type") })
    for threads in [1, 2, 5] {
      #expect(try read(connection, threads: threads, rowsPerRange: rowsPerRange) == expected)
    }
  }

  @Test func `the first bad row ends a strict reading, whoever meets it`() throws {
    let connection = try store(rows: 60)
    let expected = try read(connection, threads: 1, rowsPerRange: 1 << 40, isStrict: true)
    #expect(expected.count == 1)
    for rowsPerRange in [UInt64(1), 5, 64] {
      #expect(try read(connection, threads: 4, rowsPerRange: rowsPerRange, isStrict: true) == expected)
    }
  }

  @Test func `a table without rowids, a view and a small table are read in one go`() throws {
    let connection = try Connection(path: folder.file("kinds.db"), mode: .create)
    try connection.execute(
      """
      CREATE TABLE plain (a); CREATE VIEW seen AS SELECT * FROM plain;
      CREATE TABLE keyed (a PRIMARY KEY) WITHOUT ROWID; CREATE TABLE odd (rowid, a);
      """)
    for table in ["plain", "keyed", "odd"] {
      let value = table == "odd" ? "1, 1" : "1"
      try connection.execute("INSERT INTO \(table) VALUES (\(value))")
    }
    func ranges(_ table: String, smallest: UInt64 = 1) throws -> [ClosedRange<Int64>]? {
      try RowIDRanges.of(TableColumns(table, in: connection), in: connection, smallest: smallest)
    }
    #expect(try ranges("plain") == [1...1])
    #expect(try ranges("plain", smallest: 2) == nil)
    for table in ["seen", "keyed", "odd", "missing"] { #expect(try ranges(table) == nil, "\(table)") }
  }

  @Test func `ranges cover all rowids once, whatever their sign`() {
    func check(_ first: Int64, _ last: Int64, _ rowsPerRange: UInt64, _ expected: [ClosedRange<Int64>]) {
      #expect(RowIDRanges.divide(first, last, rowsPerRange: rowsPerRange) == expected)
    }
    check(1, 1, 4, [1...1])
    check(1, 4, 4, [1...4])
    check(1, 5, 4, [1...4, 5...5])
    check(-3, 4, 4, [-3...0, 1...4])
    let all = RowIDRanges.divide(.min, .max, rowsPerRange: 1)
    #expect(all.first?.lowerBound == .min && all.last?.upperBound == .max)
    #expect(all.count <= 4_097 && zip(all, all.dropFirst()).allSatisfy { $0.upperBound + 1 == $1.lowerBound })
  }

  @Test func `a read transaction shows nothing of what is committed after it`() throws {
    let connection = try store(rows: 3)
    let writer = try Connection(path: connection.path, mode: .readWrite)
    let transaction = try ReadTransaction.take(connection, count: 3)
    try writer.execute("DELETE FROM website_event")
    for connection in transaction.connections {
      #expect(try connection.integer("SELECT count(*) FROM website_event") == 3)
    }
    #expect(transaction.connections.count == 3)
    transaction.end()
    #expect(try connection.integer("SELECT count(*) FROM website_event") == 0)
    #expect(try connection.integer("PRAGMA data_version") != transaction.dataVersion)
  }

  /// A file in WAL mode with gaps between rowids and some rows that are bad.
  private func store(rows: Int) throws -> Connection {
    let connection = try Connection(path: folder.file("rows.db"), mode: .create)
    try connection.execute(
      """
      PRAGMA journal_mode = WAL;
      BEGIN;
      CREATE TABLE website_event (website_id, session_id, visit_id, event_id, created_at, event_type, url_path);
      CREATE TABLE event_data (event_id, data_key, string_value, number_value);
      """)
    for row in 0..<rows {
      let type = row % 25 == 24 ? "'1.5'" : "1"
      try connection.execute(
        """
        INSERT INTO website_event (rowid, website_id, session_id, visit_id, event_id, created_at, event_type, url_path)
        VALUES (\(row * 3 - 40), 'w\(row % 2)', 's\(row % 11)', 'v\(row % 13)', 'e\(row % 55)',
          \(1_700_000_000 + row * 7 % 50), \(type), '/\(row % 17)');
        INSERT INTO event_data VALUES ('e\(row % 57)', 'k\(row % 3)', 'text \(row)', \(row));
        """)
    }
    try connection.execute("COMMIT")
    return connection
  }

  /// What is in the columns and what was said.
  private func read(
    _ connection: Connection, threads: Int, rowsPerRange: UInt64, isStrict: Bool = false
  ) throws -> [String] {
    let lines = Lines()
    var rules = ReadingRules()
    rules.isStrict = isStrict
    let reader = SQLiteReader(
      isFootfallStore: false, rules: rules, threads: threads, rowsPerRange: rowsPerRange,
      smallestDividedTable: 1)
    do throws(StoreError) {
      let badRows = BadRows(isStrict: isStrict, diagnostics: lines.add)
      let rows = try reader.read(connection, badRows: badRows)
      let finished = ColumnsBuilder.finish(rows.builders, batches: rows.batches, threads: threads) { false }
      guard let (columns, repeated) = finished else { return ["cancelled"] }
      let sums = "\(repeated.events.reduce(0, +)) and \(repeated.properties.reduce(0, +)) repeated"
      let orphans = "\(columns.orphanProperties) orphans"
      return columns.websites.flatMap { describe($0) } + [orphans, sums] + lines.all
    } catch {
      return ["\(error)"]
    }
  }
}
