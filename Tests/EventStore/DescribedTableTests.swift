import Engine
import Foundation
import Testing

@testable import EventStore

/// SQLite files whose tables and columns the options describe, and options that have no effect.
struct DescribedTableTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func file(_ sql: String) throws -> String {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(sql)
    return path
  }

  private func rules(table: String? = nil, map: String? = nil) throws -> ReadingRules {
    var rules = ReadingRules()
    rules.table = table
    if let map { rules.columnMap = try ColumnMap(parsing: map) }
    return rules
  }

  @Test func `a table or view with any names is read with --table and --map`() throws {
    let path = try file(
      """
      CREATE TABLE "the ""hits'" (
        "at time" TEXT, who, page, kind, visit, full AS ('https://shop.example' || page) VIRTUAL,
        day TEXT GENERATED ALWAYS AS (substr("at time", 1, 10)) STORED);
      CREATE VIEW seen AS SELECT * FROM "the ""hits'" WHERE who <> 'bot';
      INSERT INTO "the ""hits'" VALUES ('2026-03-01 10:00:00', 'ann', '/cart?utm_source=mail', 1.0, '7'),
        ('2026-03-02 10:00:00', 'bot', '/', '1.0', NULL), ('2026-03-03 10:00:00', 'ben', '/', 'signup', '7');
      """)
    let map = "created_at=at time,session_id=who,url=full,event_type=kind,visit_id=visit"
    for (table, sessions) in [("the \"hits'", ["ann", "bot", "ben"]), ("SEEN", ["ann", "ben"])] {
      let seen = try SeenRows(sqlite: path, rules: rules(table: table, map: map))
      #expect(seen.events.map(\.sessionID) == sessions && seen.diagnostics == [])
      #expect(
        seen.events[0].texts["utm_source"] == "mail" && seen.events[0].texts["hostname"] == "shop.example")
      #expect(seen.events.last?.type == 2 && seen.events.last?.texts["event_name"] == "signup")
      #expect(Set(seen.events.map(\.visitID)).count == sessions.count)
    }
    let days = try SeenRows(sqlite: path, rules: rules(table: "seen", map: "created_at=day,session_id=who"))
    #expect(days.events.map(\.createdAt) == [1_772_323_200_000, 1_772_496_000_000])
  }

  @Test
  func
    `columns of properties are mapped, and a described table gives the same columns on any number of threads`()
    throws
  {
    let path = try file(
      """
      CREATE TABLE website_event (id, session_id, created_at);
      CREATE TABLE event_data (id, "key", n);
      INSERT INTO website_event VALUES ('e', 's', 1772323200);
      INSERT INTO event_data VALUES ('e', 'price', 1.5), ('e', NULL, 1), ('e', 'count', '7');
      """)
    let rules = try rules(map: "event_id=id,data_key=key,number_value=n")
    let seen = try SeenRows(sqlite: path, rules: rules)
    #expect(seen.properties.map(\.number) == [15_000, 70_000] && seen.diagnostics.count == 1)
    #expect(seen.diagnostics[0] == "\(path), event_data row 2: data_key is empty")
    var options = OpenOptions()
    options.rules = rules
    options.threads = 3
    #expect(try EventStore.open([path], options: options) { _ in }.snapshot().websites.map(\.events) == [1])
  }

  @Test func `types are read from every number, and Julian days are refused`() throws {
    let path = try file(
      """
      CREATE TABLE website_event (session_id, created_at, event_type);
      INSERT INTO website_event VALUES ('s', 1772323200, 1.0), ('s', 1772323200, '2.0'), ('s', 1772323200, 2),
        ('s', 1772323200, 1.5), ('s', 2461100.5, 1);
      """)
    let seen = try SeenRows(sqlite: path)
    #expect(seen.events.map(\.type) == [1, 2, 2])
    #expect(seen.diagnostics.count == 2)
    #expect(seen.diagnostics.last?.contains("created_at is \"2461100.5\"") == true, "\(seen.diagnostics)")
  }

  @Test func `tables and columns that are missing are named with those that there are`() throws {
    let path = try file("CREATE TABLE hits (at, who)")
    func check(_ table: String?, _ map: String?, _ parts: String...) throws {
      let rules = try rules(table: table, map: map)
      let error = #expect(throws: StoreError.self) { try SeenRows(sqlite: path, rules: rules) }
      for part in parts {
        #expect("\(error as Any)".isEmpty == false && "\(error!)".contains(part), "\(error!)")
      }
    }
    try check(nil, nil, "no table website_event", "hits", "--table")
    try check("hit", nil, "no table hit;", "hits")
    try check("hits", nil, "session_id", "created_at", "at, who", "--map")
    try check("hits", "created_at=when,session_id=who", "\"when\"", "at, who")
  }

  @Test func `an option without effect is refused`() throws {
    let foreign = try file(
      "CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES ('s', 1772323200)"
    )
    let csv = try folder.write("a.csv", "session_id,created_at\ns,2026-03-01\n")
    let json = try folder.write(
      "a.ndjson", #"{"session_id":"s","created_at":"2026-03-01T00:00:00Z"}"# + "\n")
    let store = folder.file("store.db")
    _ = try importFiles([csv], into: store) { _ in }
    func check(
      _ option: String, _ paths: [String], refused: Bool = true, _ change: (inout ReadingRules) -> Void
    ) {
      var options = OpenOptions()
      change(&options.rules)
      do throws(StoreError) {
        _ = try EventStore.open(paths, options: options) { _ in }
        #expect(!refused, "\(option) \(paths)")
      } catch {
        #expect(
          refused && "\(error)".hasPrefix("\(option) ") && "\(error)".hasSuffix("; leave it out"), "\(error)")
      }
    }
    for path in [csv, json] { check("--table", [path]) { $0.table = "t" } }
    for path in [foreign, store, json] {
      check("--separator", [path]) { $0.separator = .comma }
      check("--header", [path]) { $0.header = ["session_id", "created_at"] }
    }
    check("--separator", [json, csv], refused: false) { $0.separator = .comma }
    for path in [foreign, store] { check("--encoding", [path]) { $0.encoding = .utf8 } }
    for path in [foreign, store, csv] {
      check("--visitor-key", [path]) { $0.accessLogs.visitorKey = "k" }
      check("--keep-bots", [path]) { $0.accessLogs.keepsBots = true }
      check("--keep-assets", [path]) { $0.accessLogs.keepsAssets = true }
    }
    check("--map", [store]) { $0.columnMap = (try? ColumnMap(parsing: "tag=none")) ?? .none }
    check("--map", [foreign], refused: false) {
      $0.columnMap = (try? ColumnMap(parsing: "tag=none")) ?? .none
    }
    check("--pageviews", [store]) { $0.pageviewNames = ["x"] }
    check("--table", [store]) { $0.table = "website_event" }
    check("--table", [foreign], refused: false) { $0.table = "website_event" }
  }
}
