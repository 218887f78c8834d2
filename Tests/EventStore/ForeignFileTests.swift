import Engine
import Foundation
import Testing

@testable import EventStore

/// SQLite files that other programs made.
struct ForeignFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A new SQLite file after `sql`.
  private func file(_ sql: String, as name: String = "foreign.db") throws -> String {
    let path = folder.file(name)
    let connection = try Connection(path: path, mode: .create)
    try connection.execute(sql)
    return path
  }

  @Test func `a file with the least columns is read`() throws {
    let path = try file(
      """
      CREATE TABLE Website_Event (SESSION_ID, created_at);
      INSERT INTO website_event VALUES ('s', 1741211682), (7, '2025-03-05 21:54:42'), ('', 1500000000), ('s', NULL), ('s', 'x');
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.events.map(\.sessionID) == ["s", "7"])
    #expect(seen.events.map(\.createdAt) == [1_741_211_682_000, 1_741_211_682_000])
    #expect(
      seen.events.allSatisfy { $0.websiteID == ReadingRules.nilUUID && $0.type == 1 && $0.texts.isEmpty })
    #expect(seen.diagnostics.count == 3)
    #expect(seen.diagnostics[0] == "\(path), website_event row 3: session_id is empty")
  }

  @Test func `a column of full addresses is read without options, as an import reads it`() throws {
    func check(_ column: String, _ text: String, _ expected: [String: String]) throws {
      let path = folder.file("\(column).db")
      try Connection(path: path, mode: .create).execute(
        "CREATE TABLE website_event (session_id, created_at, \(column)); "
          + "INSERT INTO website_event VALUES ('s', 1741211682, '\(text)')")
      #expect(try SeenRows(sqlite: path).events.map(\.texts) == [expected])
      let imported = folder.file("\(column)-store.db")
      _ = try importFiles([path], into: imported) { _ in }
      #expect(try SeenRows(sqlite: imported).events.map(\.texts) == [expected])
    }
    try check(
      "url", "https://a.example/x?utm_term=t",
      ["hostname": "a.example", "url_path": "/x", "url_query": "utm_term=t", "utm_term": "t"])
    try check(
      "URL", "/y", ["url_path": "/y"])
    try check(
      "referrer", "https://b.example/y?z",
      ["referrer_domain": "b.example"])
    try check("url_path", "/plain?x", ["url_path": "/plain?x"])
  }

  @Test func `times are understood in every type`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (session_id, created_at);
      INSERT INTO website_event VALUES ('s', 1741211682123), ('s', 1741211682), ('s', 1741211682.5),
        ('s', '2025-03-05T21:54:42.123Z'), ('s', '1741211682123'), ('s', 1741211682123.0);
      """)
    #expect(
      try SeenRows(sqlite: path).events.map { $0.createdAt - 1_741_211_682_000 } == [
        123, 0, 500, 123, 123, 123,
      ])
  }

  @Test func `types are implied by names and checked`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (session_id, created_at, event_type, event_name);
      INSERT INTO website_event VALUES ('s', 1500000000, NULL, NULL), ('s', 1500000000, NULL, 'n'), ('s', 1500000000, '2', ''), ('s', 1500000000, 5, ''),
        ('s', 1500000000, 256, ''), ('s', 1500000000, 'x', '');
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.events.map(\.type) == [1, 2, 2, 5, 2])
    #expect(seen.diagnostics.count == 1)
  }

  @Test func `columns of a session table are joined`() throws {
    let path = try file(
      """
      CREATE TABLE session (session_id PRIMARY KEY, website_id, hostname, browser, os, device, screen, language,
        country, subdivision1, city, distinct_id, created_at);
      INSERT INTO session VALUES ('s', 'sw', 'sh', 'sb', 'so', 'sd', 'ss', 'sl', 'sc', 'sr', 'st', 'si', 5);
      CREATE TABLE website_event (event_id, website_id, session_id, created_at, url_path, country, gclid);
      INSERT INTO website_event VALUES ('e1', 'w', 's', 1500000060, '/x', 'own', 'g'), ('e2', 'w', 'stranger', 1500000060, '/y', NULL, '');
      """)
    let events = try SeenRows(sqlite: path).events
    #expect(events.map(\.websiteID) == ["w", "w"])
    #expect(events.map(\.createdAt) == [1_500_000_060_000, 1_500_000_060_000])
    #expect(events.map(\.paidAd) == [.google, .none])
    #expect(
      events[0].texts == [
        "url_path": "/x", "country": "own", "hostname": "sh", "browser": "sb", "os": "so", "device": "sd",
        "screen": "ss", "language": "sl", "region": "sr", "city": "st", "distinct_id": "si",
      ])
    #expect(events[1].texts == ["url_path": "/y"])
  }

  @Test func `ids that are blobs are UUIDs`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (event_id BLOB, website_id BLOB, session_id BLOB, visit_id, created_at);
      INSERT INTO website_event VALUES (x'00112233445566778899AABBCCDDEEFF', x'FF112233445566778899AABBCCDDEEFF',
        x'0A112233445566778899AABBCCDDEEFF', x'0102', 1500000000);
      CREATE TABLE event_data (event_data_id, website_event_id, data_key, number_value);
      INSERT INTO event_data VALUES ('own', x'00112233445566778899AABBCCDDEEFF', 'k', 0.1);
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.events[0].eventID == "00112233-4455-6677-8899-aabbccddeeff")
    #expect(seen.events[0].websiteID == "ff112233-4455-6677-8899-aabbccddeeff")
    #expect(seen.events[0].sessionID == "0a112233-4455-6677-8899-aabbccddeeff")
    #expect(seen.properties == [SeenProperty(eventID: seen.events[0].eventID, key: "k", number: 1_000)])
  }

  @Test func `event data is read under old names and its bad rows are named`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (event_id, session_id, created_at);
      CREATE TABLE event_data (event_id, website_event_id, event_key, event_string_value, event_numeric_value);
      INSERT INTO event_data VALUES ('own', 'e', 'a', 's', NULL), ('own', 'e', 'b', NULL, 34.84), ('own', 'e', 'c', '', '12.3456'),
        ('own', 'e', 'd', '', 7), ('own', 'e', 'x', '', 'much'), ('own', NULL, 'x', '', 1), ('own', 'e', '', '', 1),
        ('own', 'e', 'x', '', 9e99);
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.properties.map(\.number) == [nil, 348_400, 123_456, 70_000])
    #expect(seen.properties.map(\.key) == ["a", "b", "c", "d"])
    #expect(seen.diagnostics.count == 4)
    #expect(
      seen.diagnostics[0]
        == "\(path), event_data row 5: number_value is \"much\", which is not a number in range")
  }

  @Test func `views and tables without rowid are read`() throws {
    let view = try file(
      """
      CREATE TABLE hits (visitor, at); INSERT INTO hits VALUES ('s', 1500000060);
      CREATE VIEW website_event AS SELECT visitor AS session_id, at AS created_at FROM hits;
      """, as: "view.db")
    #expect(try SeenRows(sqlite: view).events.map(\.createdAt) == [1_500_000_060_000])
    let keyed = try file(
      """
      CREATE TABLE website_event (event_id TEXT PRIMARY KEY, session_id, created_at) WITHOUT ROWID;
      INSERT INTO website_event VALUES ('e', 's', 1500000060);
      """, as: "keyed.db")
    #expect(try SeenRows(sqlite: keyed).events.map(\.eventID) == ["e"])
  }

  @Test func `a view gives its rows without being sorted, which would never end`() throws {
    let view = try file(
      """
      CREATE VIEW website_event AS
        WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)
        SELECT 's' AS session_id, 1500000000 + n AS created_at FROM r LIMIT 3
      """, as: "endless.db")
    #expect(
      try SeenRows(sqlite: view).events.map(\.createdAt) == [
        1_500_000_001_000, 1_500_000_002_000, 1_500_000_003_000,
      ])
  }

  @Test func `a file without events is shown with its tables`() throws {
    let path = try file("CREATE TABLE b (x); CREATE TABLE a (x); CREATE VIEW c AS SELECT x FROM a")
    #expect(throws: StoreError.noEventTable(path: path, tables: ["a", "b", "c"])) {
      try EventStore.open([path]) { _ in }
    }
    let half = try file("CREATE TABLE website_event (session_id)", as: "half.db")
    #expect(
      throws: StoreError.unusableFile(
        path: half,
        sentence:
          "has no column created_at in table website_event; name the column to use instead: --map created_at=…"
      )
    ) { try EventStore.open([half]) { _ in } }
  }

  @Test func `a damaged file is named when it is opened`() throws {
    let path = try file("CREATE TABLE website_event (session_id, created_at)")
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func check(_ name: String, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) throws {
      let damaged = try folder.write(name, bytes)
      let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
        try EventStore.open([damaged]) { _ in }
      }
      guard case .damaged(path: damaged, _) = error else {
        Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
        return
      }
    }
    try check("cut.db", Array(bytes.prefix(bytes.count - 1_000)))
    try check("head.db", Array(bytes.prefix(100)) + Array(repeating: 0xFF, count: bytes.count - 100))
    try check("only-magic.db", Array(bytes.prefix(16)))
  }

  @Test func `damage among the rows is named when they are read`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (session_id, created_at, pad);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO website_event SELECT 's', i, hex(zeroblob(100)) FROM n;
      """)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for index in 4096 * 5..<4096 * 6 { bytes[index] = 0xFF }
    let store = try EventStore.open([try folder.write("rotten.db", bytes)]) { _ in }
    let error = #expect(throws: StoreError.self) { try store.snapshot() }
    guard case .damaged = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `reading leaves the file and its folder as they were`() throws {
    let path = try file(
      "CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES ('s', 1500000000)"
    )
    let before = try Data(contentsOf: URL(fileURLWithPath: path))
    for isReadOnly in [true, false] {
      var options = OpenOptions()
      options.isReadOnly = isReadOnly
      let store = try EventStore.open([path], options: options) { _ in }
      #expect(try store.snapshot().websites.map(\.events) == [1])
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["foreign.db"])
  }

  @Test func `a file that cannot be written is read`() throws {
    let path = try file(
      """
      PRAGMA journal_mode = WAL;
      CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES ('s', 1500000000)
      """)
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path) }
    let store = try EventStore.open([path]) { _ in }
    #expect(try store.snapshot().websites.map(\.events) == [1])
    let immutable = try Connection(path: path, mode: .immutable)
    #expect(try immutable.integer("SELECT count(*) FROM website_event") == 1)
  }
}

extension SeenProperty {
  init(eventID: String, key: String, string: String = "", number: Int64? = nil) {
    self.init(PropertyRow())
    self.eventID = eventID
    self.key = key
    self.string = string
    self.number = number
  }
}
