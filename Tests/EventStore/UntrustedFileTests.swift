import CSQLite
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Engine
@testable import EventStore

/// SQLite files, and stores of our own, in which others have put whatever they like.
struct UntrustedFileTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("store.db")
  }

  /// An empty store of our own in which somebody has run `sql`.
  private func store(after sql: String) throws {
    #expect(try createStore(at: path))
    _ = try SQLiteShell.run(path, sql)
  }

  private func csv(_ rows: Int, as name: String = "e.csv") throws -> String {
    let rows = (0..<rows).map { "w,s\($0),e\($0),\(1_500_000_000 + $0 * 60),/\($0 % 3)\n" }
    return try folder.write(name, "website_id,session_id,event_id,created_at,url_path\n" + rows.joined())
  }

  private func importAll(_ path: String, firstBytes: Int) throws -> ImportSummary {
    var options = ImportOptions()
    options.firstImportBytes = firstBytes
    options.cache = .standard(userFolder: nil)
    return try importFiles([path], into: self.path, options: options) { Issue.record("\($0)") }
  }

  private func event(_ id: String) throws -> NewEvent {
    try NewEvent(id: id, sessionID: "s", createdAtMilliseconds: 1_740_000_000_000, websiteID: "w")
  }

  private func open(_ path: String? = nil, threads: Int = 1) throws -> EventStore {
    var options = OpenOptions()
    options.threads = threads
    return try EventStore.open([path ?? self.path], options: options) { Issue.record("\($0)") }
  }

  @Test(arguments: ["my index", "a\"b", "'", "select", "ü; DROP TABLE website_event", "[x]"])
  func `an index of any name stands in no import's way`(name: String) throws {
    let quotedName = "\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\""
    try store(after: "CREATE INDEX \(quotedName) ON website_event (tag)")
    #expect(try importAll(csv(20), firstBytes: 0).events == .init(added: 20))
    #expect(
      try Connection(path: path, mode: .readOnly).texts(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%(tag)'") == [name])
    #expect(try open().snapshot().websites.map(\.events) == [20])
  }

  @Test(arguments: [
    "CREATE TRIGGER t AFTER INSERT ON website_event BEGIN DELETE FROM website_event; END",
    "CREATE TRIGGER t BEFORE INSERT ON website_event BEGIN SELECT RAISE(IGNORE); END",
    "CREATE TRIGGER t AFTER INSERT ON website_event BEGIN UPDATE website_event SET event_id = new.event_id || 'x'; END",
    "CREATE TRIGGER t AFTER INSERT ON report BEGIN DELETE FROM report; END",
  ])
  func `triggers of others do nothing to what is written`(trigger: String) throws {
    try store(after: trigger)
    let store = try open()
    #expect(try store.append([event("a"), event("b")]).added == 2)
    #expect(try store.insert(SavedReport(id: "r")))
    #expect(try store.report("r")?.id == "r")
    #expect(try importAll(csv(20), firstBytes: .max).events == .init(added: 20))
    #expect(try store.snapshot().websites.map(\.events) == [22])
    #expect(try open().snapshot().websites.map(\.events) == [22])
  }

  @Test func `an event that another's constraint refuses is an error, and not known`() throws {
    try store(after: "CREATE UNIQUE INDEX u ON website_event (session_id)")
    let store = try open()
    #expect(try store.append([event("a")]).added == 1)
    #expect(throws: StoreError.self) { try store.append([event("b")]) }
    #expect(try store.snapshot().websites.map(\.events) == [1])
  }

  @Test func `tables that others have made anew are filled batch by batch`() throws {
    #expect(try createStore(at: path))
    let sql = try SQLiteShell.run(path, "SELECT sql FROM sqlite_master WHERE name = 'website_event'")
      .joined(separator: "\n")
    let other = sql.replacingOccurrences(
      of: "row_id INTEGER PRIMARY", with: "UNIQUE_BY TEXT, row_id INTEGER PRIMARY")
    _ = try SQLiteShell.run(path, "DROP TABLE website_event; \(other)")
    #expect(try importAll(csv(20), firstBytes: 0).events == .init(added: 20))
    #expect(try importAll(csv(20), firstBytes: 0).events == .init(known: 20))
    #expect(try open().snapshot().websites.map(\.events) == [20])
  }

  @Test func `generated columns are columns`() throws {
    _ = try SQLiteShell.run(
      path,
      """
      CREATE TABLE website_event (session_id, at, created_at AS (at * 1000), url_path AS ('/' || session_id) STORED);
      INSERT INTO website_event (session_id, at) VALUES ('s', 1740000000)
      """)
    let rows = try SeenRows(sqlite: path).events
    #expect(rows.map(\.createdAt) == [1_740_000_000_000] && rows.map(\.texts) == [["url_path": "/s"]])
  }

  @Test func `functions with side effects do not run`() throws {
    let connection = try Connection(path: path, mode: .create)
    #expect(throws: StoreError.self) {
      try connection.execute(
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, 'x')")
    }
    #expect(try connection.integer("PRAGMA trusted_schema") == 0)
  }

  /// Row ids at the end of what there is.
  @Test func `a row with the greatest id is read, followed, and stands in the way of new ones`() throws {
    try store(after: "")
    let store = try open(threads: 3)
    #expect(try store.append([event("a")]).added == 1)
    #expect(try store.snapshot().websites.map(\.events) == [1])
    _ = try SQLiteShell.run(
      path,
      """
      INSERT INTO website_event (row_id, website_id, session_id, event_id, event_type, created_at) VALUES
        (9223372036854775807, 'w', 's', 'last', 1, 1740000000000), (-9223372036854775807 - 1, 'w', 's', 'first', 1, 1740000000000);
      INSERT INTO event_data (row_id, event_id, data_key) VALUES (9223372036854775807, 'last', 'k')
      """)
    #expect(try store.snapshot().websites.map(\.events) == [3])
    _ = try SQLiteShell.run(path, "UPDATE website_event SET tag = 'x' WHERE event_id = 'last'")
    #expect(try store.snapshot().websites.map(\.events) == [3])
    for _ in 0..<2 {
      let error = #expect(throws: StoreError.self) { try store.append([event("b")]) }
      #expect("\(error.map { "\($0)" } ?? "")".contains("no row id left"))
    }
    #expect(throws: StoreError.self) { try importAll(csv(2), firstBytes: .max) }
    #expect(try open().snapshot().websites.map(\.events) == [3])
  }

  @Test func `differences of any ids are numbers`() {
    func fingerprint(_ id: Int64) -> SourceFingerprint {
      SourceFingerprint(
        ReadingRules(),
        .position(
          ChangeLogPosition(
            recordID: "", definitions: 0, lastEvent: id, lastProperty: id, lastChange: id, nonce: 0,
            newestEventID: "", cacheKey: .published),
          []))
    }
    for (now, then, isFar) in [
      (Int64.max, Int64.min, true), (.min, .max, false), (.max, .max - 999, false), (.max, .max - 1000, true),
    ] {
      #expect(fingerprint(now).hasManyChanges(since: fingerprint(then)) == isFar)
    }
  }

  @Test func `a value that is too long for SQLite is an error and no null`() throws {
    let connection = try Connection(path: path, mode: .create)
    let error = #expect(throws: StoreError.self) {
      try connection.integer("SELECT length(zeroblob(1000000001))")
    }
    #expect("\(error.map { "\($0)" } ?? "")".contains("1,000,000,000 bytes"))
  }

  @Test func `texts with U+0000 are kept whole, and ids match as a whole`() throws {
    try store(after: "")
    let store = try open()
    let report = SavedReport(
      id: "a\0b", userID: "u\0", websiteID: "w\0x", type: "utm\0", name: "\0", description: "d\0d",
      parameters: "{}\0",
      createdAtMilliseconds: 1, updatedAtMilliseconds: 2)
    #expect(try store.insert(report))
    #expect(
      try store.report("a\0b") == report && store.reports(matching: SavedReportFilter()).reports == [report])
    for id in ["a", "a\0", "a\0bc", "a\0b\0"] {
      #expect(try store.report(id) == nil)
      #expect(try !store.delete(id))
      #expect(try store.update(id) { $0.name = "other" } == nil)
    }
    #expect(try store.insert(SavedReport(id: "a")))
    let empty = SavedReport(
      id: "", userID: "", websiteID: "", type: "", name: "", description: "", parameters: "",
      createdAtMilliseconds: 0,
      updatedAtMilliseconds: 0)
    #expect(try store.insert(empty) && store.report("") == empty)
    #expect(try store.delete("a\0b") && store.report("a") != nil)
  }

  @Test(arguments: [
    (SQLITE_BUSY | 2 << 8, 0, "is locked"), (SQLITE_LOCKED, 0, "is locked"),
    (SQLITE_PROTOCOL, 0, "is locked"),
    (SQLITE_READONLY, 0, "is read-only"), (SQLITE_READONLY | 4 << 8, 0, "was moved"),
    (SQLITE_CORRUPT | 2 << 8, 0, "is damaged"), (SQLITE_NOTADB, 0, "is damaged"),
    (SQLITE_FULL, 0, "cannot write"),
    (SQLITE_IOERR | 19 << 8, ENOSPC, "disk is full"), (SQLITE_CANTOPEN, ENOSPC, "disk is full"),
    (SQLITE_IOERR | 12 << 8, 0, "out of memory"),
    (SQLITE_NOMEM, 0, "out of memory"), (SQLITE_IOERR | 33 << 8, 0, "is damaged"),
    (SQLITE_INTERRUPT, 0, "cancelled"), (SQLITE_CANTOPEN | 2 << 8, 0, "is a directory"),
    (SQLITE_CANTOPEN, EACCES, "Permission denied"), (SQLITE_IOERR | 3 << 8, EIO, "cannot write"),
    (SQLITE_TOOBIG, 0, "1,000,000,000 bytes"),
  ])
  func `what SQLite says of a failure is told apart`(code: Int32, systemError: Int32, part: String) {
    let error = StoreError(
      SQLiteFailure(
        path: "p", code: code & 0xFF, extendedCode: code, systemError: systemError, message: "m", sql: nil))
    #expect("\(error)".contains(part), "\(error)")
  }

  @Test(arguments: [
    "CREATE VIEW website_event AS SELECT 's' || a % 100 AS session_id, 1500000000 + a AS created_at, b AS tag FROM hits",
    "CREATE VIEW website_event AS SELECT 's' || a % 100 AS session_id, 1500000000 + a AS created_at, b AS tag FROM hits ORDER BY b DESC",
    "CREATE TABLE session (session_id, country); CREATE TABLE website_event (session_id, created_at, tag);"
      + " INSERT INTO website_event SELECT a % 7, 1500000000 + a, b FROM hits; DROP TABLE hits; VACUUM",
  ])
  func `how far a view or a join is told`(sql: String) throws {
    let rows = 40_000
    _ = try SQLiteShell.run(
      path,
      """
      CREATE TABLE hits (a, b);
      WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
      INSERT INTO hits SELECT i, hex(randomblob(20)) FROM n; \(sql)
      """)
    let told = Mutex<[ReadingProgress]>([])
    let context = LoadContext(progress: { progress in told.withLock { $0.append(progress) } })
    let store = try EventStore.open([path]) { Issue.record("\($0)") }
    #expect(try store.snapshot(in: context).websites.map(\.events) == [rows])
    let all = told.withLock(\.self)
    #expect(all.filter { 0 < $0.bytesDone && $0.bytesDone < $0.bytesTotal }.count > 5, "\(all.count)")
    #expect(all.last.map { $0.bytesDone == $0.bytesTotal && $0.rows == rows } == true)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.bytesDone <= $1.bytesDone && $0.rows <= $1.rows })
  }

  private static let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"

  @Test(arguments: [
    "CREATE VIEW website_event AS \(endless) SELECT 's' AS session_id, i AS created_at FROM n WHERE i < 0",
    "CREATE VIEW website_event AS \(endless) SELECT 's' AS session_id, i AS created_at FROM n",
    "CREATE TABLE website_event (session_id, created_at); CREATE VIEW website AS \(endless) SELECT i AS website_id FROM n WHERE i < 0",
    "CREATE TABLE website_event (event_id, session_id, created_at); CREATE VIEW event_data AS \(endless) SELECT i AS event_id, 'k' AS data_key FROM n WHERE i < 0",
    "CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES (1, 1500000000);"
      + " CREATE VIEW session AS \(endless) SELECT i AS session_id FROM n WHERE i < 0",
  ])
  func `what never ends is given up when that is asked for`(sql: String) throws {
    _ = try SQLiteShell.run(path, sql)
    for threads in [1, 2] {
      let looks = Atomic(0)
      var options = OpenOptions()
      options.threads = threads
      let context = LoadContext(isCancelled: { looks.wrappingAdd(1, ordering: .relaxed).newValue > 20 })
      let store = try EventStore.open([path], options: options) { Issue.record("\($0)") }
      #expect(throws: StoreError.cancelled) { try store.snapshot(in: context) }
    }
  }
}
