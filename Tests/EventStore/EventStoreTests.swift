import Engine
import Synchronization
import Testing

@testable import EventStore

struct EventStoreTests {
  private let folder: TemporaryFolder
  private let lines = Lines()

  init() throws { folder = try TemporaryFolder() }

  @Test func `csv files and the store they were imported into hold the same`() throws {
    let files = [goldenFile("website_event.csv"), goldenFile("event_data.csv")]
    let path = folder.file("store.db")
    _ = try importFiles(files, into: path, diagnostics: lines.add)
    let csv = try EventStore.open(files, diagnostics: lines.add)
    let sqlite = try EventStore.open([path], diagnostics: lines.add)
    let websites = try csv.snapshot().websites
    #expect(websites.count == 1)
    #expect(websites[0].events == 7_907)
    #expect(websites[0].domain == "example.com")
    #expect(try sqlite.snapshot().websites == websites)
    #expect(lines.all == [])
  }

  @Test func `duplicates and orphans are counted and said`() throws {
    let events = try folder.write(
      "e.csv",
      "event_id,session_id,created_at\ne,s,1500000000\ne,s,1500000001\ne,s,1500000002\n,s,1500000003\n,s,1500000003\n"
    )
    let data = try folder.write("d.csv", "event_id,data_key\nnone,a\ne,b\n")
    let store = try EventStore.open([data, events], diagnostics: lines.add)
    #expect(lines.all == [])
    #expect(try store.snapshot().websites.map(\.events) == [3])
    #expect(
      lines.all == [
        "\(events): skipped 2 events with a duplicate event_id",
        "ignored 1 event_data row without a matching event",
      ])
    #expect(try store.snapshot().websites.map(\.events) == [3])
    #expect(lines.all.count == 2)
  }

  @Test func `websites have names from the table and from their events`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (website_id, session_id, created_at, hostname);
      INSERT INTO website_event VALUES ('c', 's', 1500000060, 'c.example'), ('a', 's', 1500000120, 'a.example'), ('a', 's', 1500000180, NULL),
        ('d', 's', 1500000060, NULL);
      CREATE TABLE website (website_id, name, domain);
      INSERT INTO website VALUES ('a', 'A', 'www.a.example'), ('b', '', 'b.example');
      """)
    let websites = try EventStore.open([path], diagnostics: lines.add).snapshot().websites
    #expect(
      websites == [
        WebsiteSummary(
          id: "a", name: "A", domain: "www.a.example", events: 2, firstEventMilliseconds: 1_500_000_120_000,
          lastEventMilliseconds: 1_500_000_180_000),
        WebsiteSummary(
          id: "b", name: "b.example", domain: "b.example", events: 0, firstEventMilliseconds: nil,
          lastEventMilliseconds: nil),
        WebsiteSummary(
          id: "c", name: "c.example", domain: "c.example", events: 1,
          firstEventMilliseconds: 1_500_000_060_000,
          lastEventMilliseconds: 1_500_000_060_000),
        WebsiteSummary(
          id: "d", name: "d", domain: "", events: 1, firstEventMilliseconds: 1_500_000_060_000,
          lastEventMilliseconds: 1_500_000_060_000),
      ])
  }

  @Test func `a commit of another connection is seen by the next call`() throws {
    let path = folder.file("store.db")
    let csv = try folder.write("e.csv", "event_id,session_id,created_at\ne,s,1500000000\n")
    _ = try importFiles([csv], into: path, diagnostics: lines.add)
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(try store.snapshot().websites.map(\.events) == [1])
    let other = try Connection(path: path, mode: .readWrite)
    try other.execute(
      """
      INSERT INTO website_event (website_id, session_id, event_id, created_at, event_type)
      VALUES ('\(ReadingRules.nilUUID)', 's', 'f', 1000, 1)
      """)
    #expect(try store.snapshot().websites.map(\.events) == [2])
    try other.execute("UPDATE website_event SET website_id = 'moved' WHERE event_id = 'f'")
    #expect(try store.snapshot().websites.map(\.id) == [ReadingRules.nilUUID, "moved"])
    try other.execute("DELETE FROM website_event")
    #expect(try store.snapshot().websites.map(\.events) == [0])
  }

  @Test func `rows are read again only when another connection has committed`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      """
      CREATE TABLE website_event (session_id, created_at);
      INSERT INTO website_event VALUES ('s', 'bad'), ('t', '2025-03-01')
      """)
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(lines.all.count == 0)
    for _ in 0..<3 { _ = try store.snapshot().websites }
    #expect(lines.all.count == 1)
    #expect(try store.insert(SavedReport(id: "r")))
    #expect(try store.update("r") { $0.name = "new" } != nil)
    #expect(try store.delete("r"))
    _ = try store.snapshot().websites
    #expect(lines.all.count == 1)
    try Connection(path: path, mode: .readWrite).execute("INSERT INTO website_event VALUES ('s', 1500000000)")
    _ = try store.snapshot().websites
    #expect(lines.all.count == 2)
  }

  @Test func `columns and tables that others add are seen`() throws {
    let path = folder.file("foreign.db")
    let other = try Connection(path: path, mode: .create)
    try other.execute(
      "CREATE TABLE website_event (session_id, created_at); INSERT INTO website_event VALUES ('s', 1500000000)"
    )
    let store = try EventStore.open([path], diagnostics: lines.add)
    #expect(try store.snapshot().websites[0].domain == "")
    try other.execute(
      """
      ALTER TABLE website_event ADD COLUMN hostname; UPDATE website_event SET hostname = 'a.example';
      CREATE TABLE event_data (event_id, data_key); INSERT INTO event_data VALUES ('none', 'k')
      """)
    #expect(try store.snapshot().websites[0].domain == "a.example")
    #expect(lines.all.count == 1)
    try other.execute("DROP TABLE website_event")
    #expect(throws: StoreError.noEventTable(path: path, tables: ["event_data"])) { try store.snapshot() }
  }

  @Test func `between calls nothing is locked`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute("CREATE TABLE website_event (session_id, created_at)")
    let store = try EventStore.open([path], diagnostics: lines.add)
    _ = try store.snapshot().websites
    _ = try store.reports(matching: SavedReportFilter())
    let other = try Connection(path: path, mode: .readWrite)
    try other.transaction(.writing) { () throws(StoreError) in
      try other.execute("INSERT INTO website_event VALUES ('s', 1500000000)")
    }
    #expect(try store.snapshot().websites.map(\.events) == [1])
  }

  @Test(arguments: [1, 3])
  func `reading a store tells how far it is`(threads: Int) throws {
    let rows = "a,1500000000\nb,1500000001\nc,1500000002\n"
    let path = try folder.write("e.csv", "session_id,created_at\n\(rows)")
    let seen = Mutex<[ReadingProgress]>([])
    var options = OpenOptions()
    options.threads = threads
    options.chunkBytes = 1
    let store = try EventStore.open([path], options: options) { _ in }
    _ = try store.snapshot(in: LoadContext(progress: { progress in seen.withLock { $0.append(progress) } }))
    let all = seen.withLock(\.self)
    #expect(all.count >= 12)
    #expect(all.last?.rows == 3)
    #expect(all.allSatisfy { $0.bytesTotal == rows.utf8.count })
  }
}

extension SavedReport {
  init(
    id: String, createdAt: Int64 = 0, name: String = "name", description: String = "", websiteID: String = "w"
  ) {
    self.init(
      id: id, userID: "u", websiteID: websiteID, type: "funnel", name: name, description: description,
      parameters: "{}", createdAtMilliseconds: createdAt, updatedAtMilliseconds: createdAt)
  }
}
