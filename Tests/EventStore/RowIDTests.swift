import Testing

@testable import Engine
@testable import EventStore

/// Rowids of every kind, on as many threads as one likes.
struct RowIDTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  private func open(_ path: String, threads: Int) throws -> EventStore {
    var options = OpenOptions()
    options.threads = threads
    return try EventStore.open([path], options: options, diagnostics: lines.add)
  }

  private func columns(_ store: EventStore) throws -> [WebsiteColumns] {
    let snapshot = try store.snapshot()
    return try snapshot.websites.compactMap { try snapshot.columns(of: $0.id) }
  }

  /// What is in the columns, and the row ids that are kept with them.
  private func contents(_ store: EventStore) throws -> [String] {
    try columns(store).flatMap { website in
      describe(website) + website.partitions.map { "\(rowIDs($0))" }
    }
  }

  private func rowIDs(_ partition: Partition) -> [Int64] {
    guard let sourceRowIDs = partition.sourceRowIDs else { return [] }
    return (0..<partition.rowCount).map { Int64(sourceRowIDs[$0]) }
  }

  private static let numbers = "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60)"

  /// A store of our own with 60 rows, whose ids are given as SQL over their number.
  private func ownStore(_ rowIDs: String) throws -> Connection {
    let path = folder.file("own.db")
    _ = try importFiles([folder.write("none.csv", "session_id,created_at\n")], into: path) { _ in }
    let connection = try Connection(path: path, mode: .readWrite)
    try connection.execute(
      """
      \(Self.numbers) INSERT INTO website_event
        (row_id, website_id, session_id, event_id, event_type, created_at, tag)
      SELECT \(rowIDs), 'w', 's' || n % 7, n, 1, 1700000000000 + n * 50000000, 't' || n FROM n
      """)
    return connection
  }

  /// That a store that has followed the changes has the columns of one that is opened now.
  private func checkAsReadAnew(_ running: EventStore, _ path: String, _ name: String) throws {
    let updated = try columns(running).flatMap(describe)
    #expect(try updated.sorted() == columns(open(path, threads: 3)).flatMap(describe).sorted(), "\(name)")
    #expect(lines.all == [])
  }

  @Test(arguments: [
    "n", "n * 5000", "n * 5000 - 150000", "-n", "-n * 5000", "9223372036854775807 - n * 5000",
    "-9223372036854775807 - 1 + n * 5000", "4294967000 + n * 5000",
  ])
  func `rows with any rowids are read by one thread as by several, and kept with ids of 32 bits`(
    rowIDs: String
  ) throws {
    let foreign = folder.file("foreign.db")
    try Connection(path: foreign, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, event_id, created_at, tag);
      CREATE TABLE event_data (event_id, data_key, string_value);
      \(Self.numbers) INSERT INTO website_event (rowid, session_id, event_id, created_at, tag)
      SELECT \(rowIDs), 's' || n % 7, n, 1700000000 + n * 50000, 't' || n FROM n;
      \(Self.numbers) INSERT INTO event_data (rowid, event_id, data_key, string_value)
      SELECT \(rowIDs), n, 'k' || n % 3, 's' || n FROM n;
      """)
    let truth = try contents(open(foreign, threads: 1))
    #expect(try contents(open(foreign, threads: 3)) == truth)

    let connection = try ownStore(rowIDs)
    let running = try open(connection.path, threads: 3)
    #expect(try contents(running) == contents(open(connection.path, threads: 1)))
    // If there are others, all rows are read again after a change.
    let stored = try connection.texts(
      """
      SELECT row_id FROM website_event
      WHERE (SELECT min(row_id) > 0 AND max(row_id) < 1 << 32 FROM website_event) ORDER BY row_id
      """)
    let kept = try columns(running).flatMap(\.partitions).flatMap(self.rowIDs)
    #expect(kept.sorted().map(String.init) == stored)
    try connection.execute("UPDATE website_event SET tag = 'other' WHERE event_id IN (1, 2, 30)")
    try checkAsReadAnew(running, connection.path, "after an update")
  }

  @Test(arguments: [
    ("n", [-5, 0, 61] as [Int64]), ("4294967200 + n", [4_294_967_295, 4_294_967_296, 4_294_967_300]),
  ])
  func `rows whose ids are not kept come to those whose ids are`(rowIDs: String, new: [Int64]) throws {
    let connection = try ownStore(rowIDs)
    let running = try open(connection.path, threads: 3)
    try checkAsReadAnew(running, connection.path, "before")
    for id in new {
      try connection.execute(
        "INSERT INTO website_event (row_id, website_id, session_id, event_id, event_type, created_at, tag)"
          + " VALUES (\(id), 'w', 's3', 'new \(id)', 1, 1700000000000, 'new')")
      try checkAsReadAnew(running, connection.path, "\(id)")
    }
  }

  @Test func `the least and the greatest rowid may stand in one table`() throws {
    let connection = try Connection(path: folder.file("far.db"), mode: .create)
    try connection.execute(
      """
      CREATE TABLE far (a);
      INSERT INTO far (rowid, a) VALUES (-9223372036854775807 - 1, 1), (9223372036854775807, 1)
      """)
    let ranges = try #require(try RowIDRanges.of(TableColumns("far", in: connection), in: connection))
    #expect(ranges.first?.lowerBound == .min && ranges.last?.upperBound == .max)
  }

  @Test func `a table WITHOUT ROWID and a view give what the table gives`() throws {
    func file(_ name: String, _ sql: String) throws -> String {
      let path = folder.file(name)
      try Connection(path: path, mode: .create).execute(sql)
      return path
    }
    let fields = "(event_id INTEGER PRIMARY KEY, session_id, created_at, tag)"
    let properties = "(event_id, data_key, string_value, PRIMARY KEY (event_id, data_key))"
    let rows = """
      WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60)
      INSERT INTO EVENTS SELECT n * 2000, 's' || n % 7, 1700000000 + n * 50000, 't' || n FROM n;
      INSERT INTO DATA SELECT event_id, 'k', tag FROM EVENTS;
      """
    func sql(_ events: String, _ data: String) -> String {
      rows.replacing("EVENTS", with: events).replacing("DATA", with: data)
    }
    let table = try file(
      "table.db",
      "CREATE TABLE website_event \(fields); CREATE TABLE event_data \(properties);"
        + sql("website_event", "event_data"))
    let keyed = try file(
      "keyed.db",
      "CREATE TABLE website_event \(fields) WITHOUT ROWID; CREATE TABLE event_data \(properties) WITHOUT ROWID;"
        + sql("website_event", "event_data"))
    let view = try file(
      "view.db",
      "CREATE TABLE e \(fields); CREATE TABLE d \(properties);"
        + sql("e", "d")
        + "CREATE VIEW website_event AS SELECT * FROM e; CREATE VIEW event_data AS SELECT * FROM d;")
    let truth = try columns(open(table, threads: 3)).flatMap(describe)
    #expect(truth.count > 10)
    for path in [table, keyed, view] {
      for threads in [1, 3] {
        #expect(try columns(open(path, threads: threads)).flatMap(describe) == truth, "\(path)")
      }
    }
    #expect(lines.all == [])
  }
}
