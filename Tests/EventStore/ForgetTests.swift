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
    _ selection: ForgetOptions.Selection, website: String? = nil, in path: String? = nil
  ) throws -> ForgetSummary {
    var options = ForgetOptions(selection)
    options.website = website
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
        NewEvent([
          .init("event_id", "6"), .init("session_id", "ann"), .init("created_at", "2026-03-05T00:00:00Z"),
          .init("website_id", "w"), .init("url_path", "/secret-six"),
        ])
      ], allOrNone: true)
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
        NewEvent([
          .init("event_id", "7"), .init("session_id", "ben"), .init("created_at", "2026-03-05T00:00:00Z"),
          .init("website_id", "w"),
        ])
      ], allOrNone: true)
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
    let empty = try #require(ColumnsBuilder.finish([ColumnsBuilder()], parts: [0], threads: 1) { false })
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
}
