import Engine
import Testing

@testable import EventStore

/// Data of which most rows are bad.
struct UnreadableRowsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func events(good: Int, bad: Int) -> String {
    "session_id,created_at\n" + String(repeating: "s,2025-03-01 10:00:00\n", count: good)
      + String(repeating: "s,soon\n", count: bad)
  }

  private func unreadable(_ error: any Error) -> UnreadableRows? {
    if case StoreError.unreadable(let rows) = error { rows } else { nil }
  }

  @Test func `more than half bad rows are an error of reading and of importing`() throws {
    func check(good: Int, bad: Int, _ isError: Bool, _ location: SourceLocation = #_sourceLocation) throws {
      let path = try folder.write("e.csv", events(good: good, bad: bad))
      let store = try EventStore.open([path]) { _ in }
      var found: [UnreadableRows?] = []
      do { _ = try store.snapshot() } catch { found.append(unreadable(error)) }
      let imported = folder.file("\(good)-\(bad).db")
      do {
        let summary = try importFiles([path], into: imported) { _ in }
        #expect(summary.events.added == good && summary.badRows == bad, sourceLocation: location)
      } catch {
        found.append(unreadable(error))
        // Nothing is added.
        #expect(
          try Connection(path: imported, mode: .readOnly).integer("SELECT count(*) FROM website_event") == 0,
          sourceLocation: location)
      }
      let lines = (0..<min(bad, BadRows.reportedLimit)).map { "\(path), line \($0 + good + 2): " }
      #expect(found.count == (isError ? 2 : 0), sourceLocation: location)
      for error in found {
        #expect(error?.badRows == bad && error?.rows == good + bad, sourceLocation: location)
        #expect(error?.first.count == lines.count, sourceLocation: location)
        for (row, line) in zip(error?.first ?? [], lines) {
          #expect(row.hasPrefix(line), sourceLocation: location)
        }
      }
    }
    try check(good: 0, bad: 0, false)
    try check(good: 1, bad: 0, false)
    try check(good: 0, bad: 1, true)
    try check(good: 1, bad: 1, false)
    try check(good: 1, bad: 2, true)
    try check(good: 10, bad: 10, false)
    try check(good: 10, bad: 11, true)
    try check(good: 0, bad: 30, true)
  }

  @Test func `a large import with too many bad rows adds nothing`() throws {
    let path = try folder.write("e.csv", events(good: 5, bad: 6))
    var options = ImportOptions()
    options.firstImportBytes = 1
    let store = folder.file("large.db")
    #expect(throws: StoreError.self) { try importFiles([path], into: store, options: options) { _ in } }
    #expect(
      try Connection(path: store, mode: .readOnly).integer("SELECT count(*) FROM website_event") == 0)
  }

  @Test func `an import that has added rows before too many are bad adds all good rows, and says so`() throws
  {
    let row = "w,s,2025-03-01 10:00:00\n"
    let store = folder.file("s.db")
    let header = "website_id,session_id,created_at\n"
    _ = try importFiles([folder.write("a.csv", header + row)], into: store) { _ in }
    func check(good: Int, _ ending: String, _ counts: [String]) throws {
      let rows = (0..<good).map { "v\(good),s\($0),2025-03-01 10:00:00\n" }.joined()
      let path = try folder.write("e.csv", header + rows + String(repeating: "v,s,soon\n", count: 9))
      var options = ImportOptions()
      options.rowsPerTransaction = 5
      let error = #expect(throws: StoreError.self) {
        try importFiles([path], into: store, options: options) { _ in }
      }
      #expect("\(error.map { "\($0)" } ?? "")".hasSuffix(ending))
      #expect(
        try Connection(path: store, mode: .readOnly).texts(
          "SELECT website_id || (SELECT count(*) FROM website_event e WHERE e.website_id = w.website_id) "
            + "FROM website w ORDER BY 1") == counts)
    }
    try check(good: 4, "why rows are bad", ["w1"])
    try check(
      good: 6, "; the good rows were added nevertheless: 6 new events, 0 new properties", ["v66", "w1"])
  }

  @Test func `all rows of all files count, and events alone if none can be read`() throws {
    func check(good: Int, bad: Int, properties: Int, badProperties: Int, _ isError: Bool) throws {
      let events = try folder.write("e.csv", events(good: good, bad: bad))
      let data = try folder.write(
        "d.csv",
        "event_id,data_key\n" + (0..<properties).map { "e,k\($0)\n" }.joined()
          + String(repeating: "e,\n", count: badProperties))
      let store = try EventStore.open([data, events]) { _ in }
      var isFound = false
      do { _ = try store.snapshot() } catch { isFound = unreadable(error) != nil }
      #expect(isFound == isError)
    }
    try check(good: 1, bad: 2, properties: 1, badProperties: 0, false)
    try check(good: 1, bad: 2, properties: 1, badProperties: 1, true)
    try check(good: 0, bad: 2, properties: 9, badProperties: 0, true)
    try check(good: 0, bad: 0, properties: 9, badProperties: 9, false)
    try check(good: 0, bad: 0, properties: 9, badProperties: 10, true)
  }

  @Test func `rows that are left out are not bad`() throws {
    let bot = #"203.0.113.7 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 1 "-" "curl/8""#
    let person = #"203.0.113.7 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 1 "-" "Mozilla/5.0""#
    let log = try folder.write(
      "access.log", String(repeating: bot + "\n", count: 9) + person + "\nnonsense\n")
    #expect(try EventStore.open([log]) { _ in }.snapshot().websites.map(\.events) == [1])
  }

  @Test func `rows of an SQLite file count in the same way, and are read again only when they changed`()
    throws
  {
    let path = folder.file("foreign.db")
    let other = try Connection(path: path, mode: .create)
    try other.execute(
      """
      CREATE TABLE website_event (session_id, created_at);
      INSERT INTO website_event VALUES ('s', 'soon'), ('s', 'soon'), ('s', '2025-03-01')
      """)
    let lines = Lines()
    let store = try EventStore.open([path], diagnostics: lines.add)
    for _ in 0..<3 {
      #expect(throws: StoreError.self) { try store.snapshot() }
      #expect(lines.all.count == 2)
    }
    try other.execute("INSERT INTO website_event VALUES ('t', '2025-03-01')")
    #expect(try store.snapshot().websites.map(\.events) == [2])
    try other.execute("INSERT INTO website_event VALUES ('t', 'soon')")
    #expect(throws: StoreError.self) { try store.snapshot() }
    try other.execute("DELETE FROM website_event WHERE created_at = 'soon'")
    #expect(try store.snapshot().websites.map(\.events) == [2])
  }

  @Test func `a file is read again when it has changed`() throws {
    let path = try folder.write("e.csv", events(good: 1, bad: 2))
    let lines = Lines()
    let store = try EventStore.open([path], diagnostics: lines.add)
    for _ in 0..<3 { #expect(throws: StoreError.self) { try store.snapshot() } }
    #expect(lines.all.count == 2)
    _ = try folder.write("e.csv", events(good: 3, bad: 2))
    #expect(try store.snapshot().websites.map(\.events) == [3])
  }

  @Test func `the sentence has the first row and says where to look`() {
    func check(_ bad: Int, of rows: Int, _ start: String) {
      let text = "\(UnreadableRows(badRows: bad, rows: rows, first: ["a", "b"]))"
      #expect(text.hasPrefix("\(start); the first is a; footfall inspect shows"), "\(text)")
    }
    check(4, of: 5, "4 of 5 rows are bad")
    check(5, of: 5, "all 5 rows are bad")
    check(1, of: 1, "the only row is bad")
  }
}
