import Engine
import Foundation
import Testing

@testable import EventStore

/// Deleting events from a store.
struct ForgetTests {
  private let folder: TemporaryFolder
  private let lines = Lines()
  private let store: String

  init() throws {
    folder = try TemporaryFolder()
    store = folder.file("store.db")
    let events = try folder.write(
      "events.csv",
      """
      website_id,session_id,event_id,created_at,url_path,distinct_id
      w,ann,1,2026-03-01 00:00:00,/secret-one,
      w,ann,2,2026-03-02 00:00:00,/secret-two,ann@example.org
      w,ben,3,2026-03-02 00:00:00,/open,
      v,ann,4,2026-03-03 00:00:00,/secret-three,
      v,cat,5,2026-03-04 00:00:00,/open,ann@example.org

      """)
    let data = try folder.write(
      "data.csv",
      "website_id,session_id,event_id,data_key,string_value,created_at\nw,ann,1,k,secret-four,2026-03-01\n"
        + "w,ben,3,k,open,2026-03-02\nv,ann,none,k,secret-five,2026-03-01\n")
    _ = try importFiles([events, data], into: store) { _ in }
  }

  private func forget(
    _ selection: ForgetOptions.Selection, website: String? = nil, in path: String? = nil,
    cache: CacheLocation = .none
  ) throws -> ForgetSummary {
    var options = ForgetOptions(selection)
    options.website = website
    options.cache = cache
    options.cacheWaitMilliseconds = 200
    return try forgetEvents(in: path ?? store, options, diagnostics: lines.add)
  }

  private func events() throws -> [String] {
    try Connection(path: store, mode: .readOnly).texts("SELECT event_id FROM website_event ORDER BY row_id")
  }

  private static let second: Int64 = 1_772_409_600_000

  @Test(
    arguments: [
      (.before(milliseconds: second), nil, ["2", "3", "4", "5"], 2),
      (.before(milliseconds: second + 1), nil, ["4", "5"], 3),
      (.before(milliseconds: second + 1), "w", ["4", "5"], 2),
      (.before(milliseconds: 0), nil, ["1", "2", "3", "4", "5"], 0),
      (.before(milliseconds: .max), nil, [], 3),
      (.visitor("ann"), nil, ["3", "5"], 2), (.visitor("ann"), "v", ["1", "2", "3", "5"], 1),
      (.visitor("ann@example.org"), nil, ["3"], 2), (.visitor("ben"), "w", ["1", "2", "4", "5"], 1),
    ] as [(ForgetOptions.Selection, String?, [String], Int)])
  func `events are deleted with their properties`(
    selection: ForgetOptions.Selection, website: String?, rest: [String], properties: Int
  ) throws {
    let summary = try forget(selection, website: website)
    #expect(try events() == rest)
    #expect(summary.events == 5 - rest.count && summary.properties == properties)
    #expect(
      try Connection(path: store, mode: .readOnly).integer("SELECT count(*) FROM event_data") == 3
        - properties)
  }

  /// Replaces the rows by some that another program wrote, with ids of every type and a property for each event.
  private func writeOtherRows(_ rows: [(event: String, session: String, website: String, time: String)])
    throws
  {
    let connection = try Connection(path: store, mode: .readWrite)
    try connection.execute("DELETE FROM website_event; DELETE FROM event_data")
    for row in rows {
      try connection.execute(
        """
        INSERT INTO website_event (event_id, session_id, website_id, created_at, event_type)
          VALUES (\(row.event), \(row.session), \(row.website), \(row.time), 1);
        INSERT INTO event_data (event_id, session_id, website_id, data_key, string_value)
          VALUES (\(row.event), \(row.session), \(row.website), 'k', 'v')
        """)
    }
  }

  @Test func `times of every type are compared as they are read`() throws {
    let times = [
      "1772409599999", "1772409600000", "'2026-03-01 23:59:59.999'", "'2026-03-02 00:00:00'",
      "'2026-03-02T01:00+02:00'",
      "1772409599.5", "1772409600.5", "'yesterday'", "''",
    ]
    try writeOtherRows(times.enumerated().map { ("'\($0)'", "'s'", "'w'", $1) })
    let summary = try forget(.before(milliseconds: Self.second))
    #expect(try Set(events()) == ["1", "3", "6", "7", "8"])
    #expect(summary.events == 4 && summary.properties == 4)
    #expect(try forget(.before(milliseconds: Self.second)).isEmpty)
  }

  private static let uuid = "0a112233-4455-6677-8899-aabbccddeeff"
  private static let blob = "x'0A112233445566778899AABBCCDDEEFF'"

  @Test func `a visitor is found whether the ids are texts or blobs`() throws {
    let other = "x'00112233445566778899AABBCCDDEEFF'"
    let rows = [
      ("'1'", Self.blob, "'w'", "1"), ("'2'", "'\(Self.uuid)'", Self.blob, "1"), ("'3'", other, "'w'", "1"),
      ("'4'", "x'0A11'", "'w'", "1"),
    ]
    func check(
      _ visitor: String, _ website: String?, _ rest: [String],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      try writeOtherRows(rows)
      let summary = try forget(.visitor(visitor), website: website)
      let count = 4 - rest.count
      #expect(
        summary.events == count && summary.properties == count, "\(summary)", sourceLocation: sourceLocation)
      #expect(try events() == rest, sourceLocation: sourceLocation)
    }
    try check(Self.uuid, nil, ["3", "4"])
    try check(Self.uuid, "w", ["2", "3", "4"])
    try check(Self.uuid, Self.uuid, ["1", "3", "4"])
    try check("00112233-4455-6677-8899-aabbccddeeff", nil, ["1", "2", "4"])
  }

  @Test func `a distinct id and rows of other tables are found as texts or blobs`() throws {
    try writeOtherRows([
      ("'1'", Self.blob, "'w'", "1"), ("'2'", "'\(Self.uuid)'", "'w'", "1772409600000"),
      ("'3'", "'s'", "'w'", "1"),
    ])
    let connection = try Connection(path: store, mode: .readWrite)
    try connection.execute(
      """
      UPDATE website_event SET distinct_id = \(Self.blob) WHERE event_id = '3';
      CREATE TABLE revenue (event_id, session_id, website_id);
      INSERT INTO revenue VALUES ('1', '\(Self.uuid)', 'w'), ('2', \(Self.blob), 'w'), ('3', 's', 'w'), ('4', 't', 'w')
      """)
    let old = try forget(.before(milliseconds: Self.second))
    #expect(old.events == 2 && old.others.map(\.rows) == [2])
    let visitor = try forget(.visitor(Self.uuid))
    #expect(visitor.events == 1 && visitor.others.map(\.rows) == [1])
    #expect(try events() == [])
  }

  @Test func `events without a website belong to the nil UUID`() throws {
    try writeOtherRows([
      ("'1'", "'s'", "'\(ReadingRules.nilUUID)'", "1"), ("'2'", "'s'", "''", "1"), ("'3'", "'s'", "'w'", "1"),
    ])
    let summary = try forget(.visitor("s"), website: ReadingRules.nilUUID)
    #expect(summary.events == 2 && summary.properties == 2)
    #expect(try events() == ["3"])
  }

  @Test func `nothing is deleted for an unknown visitor or website, or from another file`() throws {
    func check(_ message: String, _ body: () throws -> ForgetSummary) {
      let error = #expect(throws: StoreError.self) { try body() }
      #expect(error.map { "\($0)".contains(message) } == true, "\(error as Any)")
    }
    check("has no visitor \"dan\"") { try forget(.visitor("dan")) }
    check("has no visitor \"ben\" of website v") { try forget(.visitor("ben"), website: "v") }
    check("has no website \"x\"") { try forget(.visitor("ann"), website: "x") }
    check("only an SQLite store") { try forget(.visitor("ann"), in: folder.file("events.csv")) }
    let foreign = folder.file("foreign.db")
    try Connection(path: foreign, mode: .create).execute(
      "CREATE TABLE website_event (session_id, created_at)")
    check("another program") { try forget(.visitor("ann"), in: foreign) }
    check("no such file") { try forget(.visitor("ann"), in: folder.file("nowhere.db")) }
    #expect(try events().count == 5)
  }

  /// Whether a file of the folder, apart from the imported ones, has the text.
  private func isKept(_ text: String) throws -> Bool {
    let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { !$0.hasSuffix(".csv") }.contains { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder.file(name), isDirectory: &isFolder)
      if isFolder.boolValue { return false }
      return try Data(contentsOf: URL(fileURLWithPath: folder.file(name))).range(of: Data(text.utf8)) != nil
    }
  }

  @Test func `no file has the deleted texts, and a running worker counts without them`() throws {
    var options = OpenOptions()
    options.cache = .standard(userFolder: nil)
    let worker = try EventStore.open([store], options: options) { _ in }
    #expect(try worker.snapshot().websites.map(\.events) == [2, 3])
    // The log has rows that were written after the import.
    _ = try worker.append(
      [
        try NewEvent(
          id: "6", sessionID: "ann", createdAtMilliseconds: 1_772_668_800_000, websiteID: "w",
          values: [.urlPath: "/secret-six"])
      ])
    #expect(try worker.snapshot().websites.map(\.events) == [2, 4])
    #expect(try isKept("secret"))
    #expect(FileManager.default.fileExists(atPath: "\(store)-columns/manifest"))
    let summary = try forget(.visitor("ann"))
    #expect(summary.events == 4 && lines.all == [])
    #expect(try !isKept("secret"))
    #expect(!FileManager.default.fileExists(atPath: "\(store)-columns/manifest"))
    #expect(try worker.snapshot().websites.map(\.events) == [1, 1])
    #expect(try !isKept("secret"))
    #expect(FileManager.default.fileExists(atPath: "\(store)-columns/manifest"))
    // The worker appends to the store as before, and others notice.
    let other = try EventStore.open([store], options: options) { _ in }
    #expect(try other.snapshot().websites.map(\.events) == [1, 1])
    _ = try worker.append(
      [
        try NewEvent(id: "7", sessionID: "ben", createdAtMilliseconds: 1_772_668_800_000, websiteID: "w")
      ])
    #expect(try other.snapshot().websites.map(\.events) == [1, 2])
  }

  @Test func `columns that a worker writes late do not come back`() throws {
    var options = OpenOptions()
    options.cache = .standard(userFolder: nil)
    _ = try EventStore.open([store], options: options) { _ in }.snapshot()
    let folder = try #require(options.cache.folder(forStore: store))
    // Another process writes the cache for as long as the lock is held.
    let lock = try #require(try folder.lock())
    _ = try forget(.visitor("ann"))
    #expect(lines.all.count == 1 && lines.all[0].contains("another process writes"))
    let empty = try #require(ColumnsBuilder.finish([ColumnsBuilder()], batches: [0], threads: 1) { false })
    let columns = StoreColumns(empty.columns, diagnostics: [])
    let cache = ColumnCache(folder: folder, threads: 1) { _ in }
    let connection = try Connection(path: store, mode: .readOnly)
    let position = try #require(try ChangeLogPosition(connection))
    cache.write(
      columns, fingerprint: SourceFingerprint(ReadingRules(), .position(position, [])), holding: lock,
      isAccepted: { false })
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["lock"])
  }

  @Test func `rows of Umami's other tables go with their visitor`() throws {
    try Connection(path: store, mode: .readWrite).execute(
      """
      CREATE TABLE session (session_id, website_id, country); CREATE TABLE revenue (event_id, session_id, revenue);
      INSERT INTO session VALUES ('ann', 'w', 'DE'), ('ben', 'w', 'FR'); INSERT INTO revenue VALUES ('1', 'ann', 5), ('3', 'ben', 6);
      """)
    let summary = try forget(.visitor("ann"))
    #expect(summary.others == [.init(table: "revenue", rows: 1), .init(table: "session", rows: 1)])
    let old = try forget(.before(milliseconds: Self.second + 1))
    #expect(old.others == [.init(table: "revenue", rows: 1), .init(table: "session", rows: 1)])
  }

  @Test(arguments: [nil, "w"])
  func `amounts go with their event, though they name neither session nor website`(
    website: String?
  ) throws {
    let connection = try Connection(path: store, mode: .readWrite)
    try connection.execute(
      """
      CREATE TABLE revenue (event_id, currency, revenue);
      INSERT INTO revenue VALUES ('1', 'USD', 1), ('3', 'USD', 2), ('gone', 'USD', 3)
      """)
    let summary = try forget(.visitor("ann"), website: website)
    #expect(summary.others == [.init(table: "revenue", rows: 1)])
    #expect(try connection.texts("SELECT event_id FROM revenue ORDER BY 1") == ["3", "gone"])
  }

  @Test func `rows of other tables stay unless the last event they belong to is forgotten`() throws {
    let connection = try Connection(path: store, mode: .readWrite)
    try connection.execute(
      """
      CREATE TABLE session (session_id); CREATE TABLE session_data (session_id, data_key);
      CREATE TABLE revenue (event_id, session_id);
      INSERT INTO session VALUES ('ann'), ('ben'), ('eve'), (x'616263'), (NULL);
      INSERT INTO session_data VALUES ('ben', 'k'), ('eve', 'k');
      INSERT INTO revenue VALUES ('1', 'ann'), ('4', 'ann'), ('none', 'ann'), ('3', 'ben'), (NULL, 'ben');
      """)
    func rest(_ sql: String) throws -> [String] { try connection.texts(sql) }
    #expect(try forget(.before(milliseconds: 0)).isEmpty)
    // The first event of a session that has others.
    #expect(try forget(.before(milliseconds: Self.second)).others == [.init(table: "revenue", rows: 1)])
    let summary = try forget(.before(milliseconds: Self.second + 1))
    #expect(
      summary.others == [
        .init(table: "revenue", rows: 1), .init(table: "session_data", rows: 1),
        .init(table: "session", rows: 1),
      ])
    #expect(
      try rest("SELECT coalesce(hex(session_id), '') FROM session ORDER BY rowid") == [
        "616E6E", "657665", "616263", "",
      ])
    #expect(try rest("SELECT session_id FROM session_data") == ["eve"])
    #expect(try rest("SELECT coalesce(event_id, '') FROM revenue ORDER BY rowid") == ["4", "none", ""])
  }

  /// Caches the columns of the store.
  private func fill(_ cache: CacheLocation) throws -> CacheFolder {
    var options = OpenOptions()
    options.cache = cache
    _ = try EventStore.open([store], options: options) { _ in }.snapshot()
    let folder = try #require(cache.folder(forStore: store))
    #expect(hasColumns(folder.path))
    return folder
  }

  private func hasColumns(_ path: String) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.contains { $0 != "lock" }
  }

  @Test func `a second run clears what an interrupted one left`() throws {
    let connection = try Connection(path: store, mode: .readWrite)
    // As if the first had been killed after its commit.
    try connection.execute("DELETE FROM website_event WHERE session_id = 'ann'; DELETE FROM event_data")
    let folder = try fill(.standard(userFolder: nil))
    #expect(throws: StoreError.self) { try forget(.visitor("ann")) }
    #expect(!hasColumns(folder.path) && (FileIdentity(path: "\(store)-wal")?.byteCount ?? 0) == 0)
    _ = try fill(.standard(userFolder: nil))
    #expect(try forget(.before(milliseconds: 0)) == ForgetSummary())
    #expect(!hasColumns(folder.path) && lines.all == [])
  }

  @Test func `columns in a folder that others may write to are deleted`() throws {
    let folder = try fill(.standard(userFolder: nil))
    #expect(chmod(folder.path, 0o777) == 0)
    #expect(try !forget(.visitor("ann")).leavesTraces)
    #expect(!hasColumns(folder.path) && lines.all == [])
  }

  @Test func `a cache that cannot be cleared is reported, and does not keep the other one`() throws {
    let other = CacheLocation.folder(folder.file("caches"))
    let (first, second) = (try fill(.standard(userFolder: nil)), try fill(other))
    // No lock can be taken.
    try FileManager.default.removeItem(atPath: first.path(of: "lock"))
    try FileManager.default.createDirectory(
      atPath: first.path(of: "lock"), withIntermediateDirectories: false)
    let summary = try forget(.visitor("ann"), cache: other)
    #expect(summary.events == 3 && summary.leavesTraces)
    #expect(
      lines.all.count == 1
        && lines.all[0].hasPrefix("\(first.path) may still have deleted rows; delete that folder"))
    #expect(hasColumns(first.path) && !hasColumns(second.path))
  }

  @Test func `a link in place of the cache is reported, not followed`() throws {
    let cache = try fill(.standard(userFolder: nil))
    let moved = folder.file("moved")
    try FileManager.default.moveItem(atPath: cache.path, toPath: moved)
    try FileManager.default.createSymbolicLink(atPath: cache.path, withDestinationPath: moved)
    #expect(try forget(.visitor("ann")).leavesTraces)
    #expect(lines.all.count == 1 && lines.all[0].contains("symbolic link"))
    #expect(hasColumns(moved))
  }

  @Test func `in a folder for all stores, columns of other versions go too`() throws {
    let place = folder.file("caches")
    let path = try fill(.folder(place)).path
    func copy(_ name: String) throws -> String {
      try FileManager.default.copyItem(atPath: path, toPath: "\(place)/\(name)")
      return "\(place)/\(name)"
    }
    let older = try copy("store.db-0123456789abcdef-columns")
    let others = try [
      "store.db-other.db-0123456789abcdef-columns", "store.db-0123456789abcde-columns",
      "other.db-0123456789abcdef-columns", "store.db-0123456789abcdef-columns.old",
    ].map(copy)
    #expect(try !forget(.visitor("ann"), cache: .folder(place)).leavesTraces)
    #expect(!hasColumns(path) && !hasColumns(older))
    for other in others { #expect(hasColumns(other), "\(other)") }
  }

  @Test func `columns of a first import are not kept if the store forgot in between`() throws {
    var options = ImportOptions()
    options.cache = .standard(userFolder: nil)
    let folder = try #require(options.cache.folder(forStore: store))
    for forgets in [false, true] {
      guard case .tables(let tables) = try StoreInput([self.folder.file("events.csv")], options.rules) else {
        return
      }
      let inputs = try ClassifiedTables(tables, options.rules)
      let columns = try #require(
        ImportedColumns(inputs.rows, nil, firstRowID: 1, storePath: store, options))
      columns.position = try ChangeLogPosition(Connection(path: store, mode: .readOnly))
      if forgets { _ = try forget(.visitor("ann")) }
      columns.keep()
      #expect(hasColumns(folder.path) != forgets)
    }
  }
}
