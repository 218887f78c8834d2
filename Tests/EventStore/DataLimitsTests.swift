import Engine
import Testing

@testable import EventStore

/// The limits of data that no test can fill: each is set low, and tried at the limit and one beyond it.
struct DataLimitsTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  private func open(_ path: String, _ change: (inout DataLimits) -> Void) throws -> EventStore {
    var options = OpenOptions()
    options.threads = 2
    options.chunkBytes = 64
    change(&options.limits)
    return try EventStore.open([path], options: options, diagnostics: lines.add)
  }

  private static let csv =
    "website_id,session_id,created_at\n" + String(repeating: "w,s,2025-03-01\n", count: 9)

  @Test func `a store has so many rows`() throws {
    let csv = try folder.write("events.csv", Self.csv)
    let store = folder.file("store.db")
    _ = try importFiles([csv], into: store, diagnostics: lines.add)
    for path in [csv, store] {
      #expect(try open(path) { $0.rows = 9 }.snapshot().websites.map(\.events) == [9])
      #expect(
        throws: StoreError.unusableFile(
          path: path, sentence: "has more than 8 rows; split it by website or by time")
      ) { try open(path) { $0.rows = 8 }.snapshot().websites }
    }
  }

  @Test func `the table website names so many`() throws {
    let path = folder.file("store.db")
    let connection = try Connection(path: path, mode: .create)
    try connection.execute(
      """
      CREATE TABLE website_event (session_id, created_at);
      CREATE TABLE website (website_id, name);
      INSERT INTO website VALUES ('a', 'A'), ('b', 'B'), ('c', 'C')
      """)
    #expect(try open(path) { $0.namedWebsites = 3 }.snapshot().websites.map(\.name) == ["A", "B", "C"])
    #expect(
      throws: StoreError.unusableFile(
        path: path, sentence: "has more than 2 rows in table website, which is the limit")
    ) { try open(path) { $0.namedWebsites = 2 }.snapshot().websites }
  }

  @Test func `the table report holds so many`() throws {
    let path = folder.file("store.db")
    let connection = try Connection(path: path, mode: .create)
    try connection.execute("CREATE TABLE website_event (session_id, created_at)")
    let writer = try EventStore.open([path], diagnostics: lines.add)
    for id in ["a", "b", "c"] { #expect(try writer.insert(SavedReport(id: id))) }
    let query = SavedReportFilter()
    #expect(try open(path) { $0.savedReports = 3 }.reports(matching: query).count == 3)
    #expect(
      throws: StoreError.unusableFile(
        path: path, sentence: "has more than 2 rows in table report, which is the limit")
    ) { try open(path) { $0.savedReports = 2 }.reports(matching: query) }
  }

  @Test func `a field and a row of a CSV file have so many bytes`() throws {
    func events(field: Int, row: Int, _ text: String) throws -> Int {
      let path = try folder.write(
        "events.csv", "website_id,session_id,created_at,tag\nw,s,1500000000,\n\(text)\n")
      let store = try open(path) { ($0.csvFieldBytes, $0.csvRowBytes) = (field, row) }
      return try store.snapshot().websites.reduce(0) { $0 + $1.events }
    }
    let text = "w,s,1500000000,\"\(String(repeating: "\"\"", count: 50))\""
    #expect(try events(field: 100, row: 1000, text) == 2)
    #expect(try events(field: 99, row: 1000, text) == 1)
    #expect(try events(field: 100, row: text.utf8.count + 1, text) == 2)
    #expect(try events(field: 100, row: text.utf8.count, text) == 1)
    #expect(
      lines.all.filter { $0.contains("line 3") }.map { $0.split(separator: ": ").last ?? "" } == [
        "a field has more than 99 bytes", "the row has more than \(text.utf8.count) bytes",
      ], "\(lines.all)")
  }
}
