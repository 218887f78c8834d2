import TestSupport
import Testing

@testable import EventStore

struct SavedReportTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func makeCSV() throws -> EventStore {
    try EventStore.open([try folder.write("e.csv", "session_id,created_at\ns,1500000000\n")]) { _ in }
  }

  private func makeForeign(_ sql: String = "", isReadOnly: Bool = false) throws -> EventStore {
    let path = folder.file("foreign.db")
    if !sql.isEmpty { try Connection(path: path, mode: .create).execute(sql) }
    var options = OpenOptions()
    options.isReadOnly = isReadOnly
    return try EventStore.open([path], options: options) { _ in }
  }

  private func makeOurs() throws -> EventStore {
    let csv = try folder.write("e.csv", "session_id,created_at\ns,1500000000\n")
    let path = folder.file("store.db")
    _ = try importFiles([csv], into: path) { _ in }
    return try EventStore.open([path]) { _ in }
  }

  /// A store of every kind.
  private func stores() throws -> [EventStore] {
    [try makeCSV(), try makeOurs(), try makeForeign("CREATE TABLE website_event (session_id, created_at)")]
  }

  @Test func `a report is found as it was saved until it is deleted`() throws {
    for store in try stores() {
      var report = SavedReport(
        id: "r1", createdAt: 1_741_211_682_123, name: "Ümlaut \"x\"", description: "'; DROP")
      #expect(try store.report("r1") == nil)
      #expect(try store.update("r1") { _ in } == nil)
      #expect(try !store.delete("r1"))
      #expect(try store.insert(report))
      #expect(try store.report("r1") == report)
      #expect(try !store.insert(SavedReport(id: "r1")))
      func change(_ report: inout SavedReport) {
        report.name = "new"
        report.parameters = "{\"a\":1}"
        report.updatedAtMilliseconds += 5
      }
      change(&report)
      #expect(try store.update("r1", change) == report)
      #expect(try store.report("r1") == report)
      #expect(try store.report("R1") == nil)
      #expect(try store.delete("r1"))
      #expect(try store.reports(matching: SavedReportFilter()).count == 0)
    }
  }

  @Test func `what changes no report makes no entry in the change log`() throws {
    let store = try makeOurs()
    func entries() throws -> Int64 {
      try Connection(path: folder.file("store.db"), mode: .readOnly).integer(
        "SELECT count(*) FROM change_log")
    }
    let before = try entries()
    #expect(try !store.delete("r1"))
    #expect(try entries() == before)
    #expect(try store.insert(SavedReport(id: "r1")))
    let after = try entries()
    #expect(after > before)
    #expect(try !store.insert(SavedReport(id: "r1")))
    #expect(try store.update("r2") { _ in } == nil)
    #expect(try !store.delete("r2"))
    #expect(try entries() == after)
    #expect(try store.delete("r1"))
    #expect(try entries() == after + 1)
  }

  @Test func `reports in memory take so many bytes and no more`() throws {
    let empty = SavedReport(id: "a", createdAt: 0)
    let overhead = MemoryLayout<SavedReport>.stride + empty.textBytes
    let store = MemorySavedReportStore(maximumBytes: 2 * overhead + 10)
    var (a, b) = (empty, SavedReport(id: "b", createdAt: 0))
    a.parameters += String(repeating: "x", count: 10)
    #expect(try store.insert(a))
    b.parameters += "x"
    let full = StoreError.reportsFull(maximumBytes: 2 * overhead + 10)
    #expect(throws: full) { try store.insert(b) }
    b.parameters.removeLast()
    #expect(try store.insert(b))
    #expect(throws: full) { try store.update("a") { $0.parameters += "x" } }
    // What could not be changed is as it was, and what is deleted makes room.
    #expect(store.report("a") == a)
    #expect(store.delete("b"))
    #expect(try store.update("a") { $0.parameters += "x" } != nil)
    #expect(throws: full) { try store.insert(b) }
  }

  @Test func `a list reads no more parameters than a reply takes`() throws {
    for store in try stores() {
      for id in ["a", "b", "c"] {
        var report = SavedReport(id: id, createdAt: 0)
        report.parameters = "{\"x\":1}"
        #expect(try store.insert(report))
      }
      func parameters(_ maximum: Int) throws -> [Int] {
        try store.reports(matching: SavedReportFilter(), maximumBytes: maximum).reports
          .map { $0.parameters.utf8.count }
      }
      #expect(try parameters(.max) == [7, 7, 7])
      #expect(try parameters(7) == [7, 7, 0])
      #expect(try parameters(6) == [7, 0, 0])
    }
  }

  @Test func `lists are newest first and come in pages`() throws {
    for store in try stores() {
      for (id, created) in [("b", 5), ("d", 7), ("a", 5), ("c", 6)] as [(String, Int64)] {
        _ = try store.insert(SavedReport(id: id, createdAt: created * 1_000_000_000_000))
      }
      func check(_ page: Int, _ size: Int, _ expected: [String]) throws {
        let found = try store.reports(matching: SavedReportFilter(page: page, pageSize: size))
        #expect(found.reports.map(\.id) == expected)
        #expect(found.count == 4)
      }
      try check(1, 10, ["d", "c", "a", "b"])
      try check(1, 3, ["d", "c", "a"])
      try check(2, 3, ["b"])
      try check(3, 3, [])
      try check(.max, .max, [])
      try check(1, 0, [])
      try check(0, 4, ["d", "c", "a", "b"])
    }
  }

  @Test func `search looks into name, description and type and ignores case`() throws {
    for store in try stores() {
      _ = try store.insert(SavedReport(id: "a", createdAt: 3, name: "Äpfel", description: "fruit"))
      _ = try store.insert(SavedReport(id: "b", createdAt: 2, name: "beet", description: "100% VEGETABLE"))
      _ = try store.insert(SavedReport(id: "c", createdAt: 1, name: "other", websiteID: "v"))
      func check(_ search: String?, website: String? = nil, _ expected: [String]) throws {
        let found = try store.reports(matching: SavedReportFilter(websiteID: website, search: search))
        #expect(found.reports.map(\.id) == expected)
        #expect(found.count == expected.count)
      }
      try check(nil, ["a", "b", "c"])
      try check("", ["a", "b", "c"])
      try check("ÄPFEL", ["a"])
      try check("vegetable", ["b"])
      try check("0%", ["b"])
      try check("_", [])
      try check("FUNNEL", ["a", "b", "c"])
      try check("FUNNEL", website: "v", ["c"])
      try check(nil, website: "x", [])
    }
  }

  @Test func `a search takes time that grows with texts and part`() throws {
    let growth = try Growth.ofThreadTime(1 << 14) { length throws in
      let text = String(repeating: "a", count: 2 * length)
      let report = SavedReport(id: "r", createdAt: 0, name: text)
      let filter = SavedReportFilter(search: String(repeating: "A", count: length) + "b")
      let found = try filter.page(of: [report], until: { false })
      #expect(found.count == 0)
    }
    #expect(growth.isLinear, "\(growth)")
  }

  @Test func `a search asks whether it was cancelled`() throws {
    let reports = ["a", "b"].map { SavedReport(id: $0, createdAt: 0) }
    for filter in [SavedReportFilter(), SavedReportFilter(search: "a")] {
      #expect(throws: StoreError.cancelled) { try filter.page(of: reports, until: { true }) }
    }
  }

  @Test func `reports outlive the process except with csv`() throws {
    #expect(try !makeCSV().savedReportsAreDurable)
    let store = try makeForeign("CREATE TABLE website_event (session_id, created_at)")
    #expect(store.savedReportsAreDurable)
    _ = try store.insert(SavedReport(id: "r"))
    #expect(try makeForeign().report("r") == SavedReport(id: "r"))
  }

  @Test func `a table of Umami's is used as it is`() throws {
    let store = try makeForeign(
      """
      CREATE TABLE website_event (session_id, created_at);
      CREATE TABLE report (report_id BLOB PRIMARY KEY, user_id BLOB, website_id BLOB, type, name, description, parameters,
        created_at TIMESTAMP, updated_at TIMESTAMP, extra);
      INSERT INTO report VALUES (x'00112233445566778899AABBCCDDEEFF', x'01112233445566778899AABBCCDDEEFF', 'w', 'utm', 'n',
        'd', '{}', '2025-03-05 21:54:42.123', NULL, 'kept');
      """)
    let id = "00112233-4455-6677-8899-aabbccddeeff"
    var report = try #require(try store.report(id))
    #expect(report.userID == "01112233-4455-6677-8899-aabbccddeeff")
    #expect(report.createdAtMilliseconds == 1_741_211_682_123)
    #expect(report.updatedAtMilliseconds == 1_741_211_682_123)
    report.name = "new"
    #expect(try store.update(id) { $0.name = "new" } == report)
    #expect(try store.report(id) == report)
    #expect(try store.reports(matching: SavedReportFilter(search: "NEW")).reports == [report])
    #expect(try store.delete(id))
  }

  @Test func `a report is found under the id that a list shows, also of a blob that is no UUID`() throws {
    let store = try makeForeign(
      """
      CREATE TABLE website_event (session_id, created_at);
      CREATE TABLE report (report_id, user_id, website_id, type, name, description, parameters, created_at, updated_at);
      INSERT INTO report VALUES (x'0102', '', 'w', 'utm', 'n', '', '{"a":1}', 0, 0);
      """)
    let listed = try store.reports(matching: SavedReportFilter()).reports
    #expect(listed.map(\.parameters) == [#"{"a":1}"#])
    #expect(try store.report(listed[0].id)?.name == "n")
    #expect(try store.delete(listed[0].id))
  }

  @Test func `a file that must not be written refuses to save`() throws {
    let path = folder.file("foreign.db")
    _ = try makeForeign("CREATE TABLE website_event (session_id, created_at)")
    let store = try makeForeign(isReadOnly: true)
    #expect(try store.reports(matching: SavedReportFilter()).count == 0)
    #expect(throws: StoreError.readOnly(path: path)) { try store.insert(SavedReport(id: "r")) }
    #expect(throws: StoreError.readOnly(path: path)) { try store.update("r") { _ in } }
    #expect(throws: StoreError.readOnly(path: path)) { try store.delete("r") }
  }
}

extension SavedReport {
  fileprivate var textBytes: Int {
    [id, userID, websiteID, type, name, description, parameters].reduce(0) { $0 + $1.utf8.count }
  }
}
