import Engine
import Synchronization
import Testing

@testable import EventStore

/// Reading that is cancelled ends soon, and leaves a store that reads again.
struct CancelledReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Says that reading is to be cancelled from the `limit`-th time on that it is asked.
  private final class Limit: Sendable {
    private let asked = Atomic(0)
    private let limit: Int

    init(_ limit: Int) { self.limit = limit }

    var isReached: Bool {
      asked.wrappingAdd(1, ordering: .relaxed).oldValue >= limit
    }
  }

  private func check(_ paths: [String], cache: CacheLocation = .none) throws {
    let truth = try answers(EventStore.open(paths) { _ in })
    for threads in [1, 3] {
      for limit in [0, 1, 5] {
        let reached = Limit(limit)
        let rows = Mutex(0)
        var options = OpenOptions()
        options.threads = threads
        options.chunkBytes = 64
        options.cache = cache
        let context = LoadContext(
          progress: { progress in rows.withLock { $0 = progress.rows } }, isCancelled: { reached.isReached })
        let store = try EventStore.open(paths, options: options) { Issue.record("\($0)") }
        #expect(throws: StoreError.cancelled) { try store.snapshot(in: context) }
        #expect(throws: StoreError.cancelled) { try store.snapshot(in: context) }
        #expect(rows.withLock(\.self) < 200)
        #expect(try answers(store) == truth)
        if case .folder(let path) = cache { try folder.remove(String(path.split(separator: "/").last ?? "")) }
      }
    }
  }

  @Test func `CSV files`() throws {
    let rows = (0..<200).map { "w,s\($0 % 9),\(1_500_000_000 + $0 * 20_000),t\($0)\n" }.joined()
    let path = try folder.write("e.csv", "website_id,session_id,created_at,tag\n" + rows)
    try check([path])
    try check([path], cache: .folder(folder.file("caches")))
  }

  @Test func `an SQLite file`() throws {
    let path = folder.file("foreign.db")
    let connection = try Connection(path: path, mode: .create)
    try connection.execute(
      """
      CREATE TABLE website_event (website_id, session_id, created_at);
      WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 200)
      INSERT INTO website_event (rowid, website_id, session_id, created_at)
      SELECT n * 5000, 'w', 's' || n % 9, 1500000000 + n * 20000 FROM n
      """)
    try check([path])
    // Nothing is locked by what was cancelled.
    try connection.transaction(.writing) { () throws(StoreError) in
      try connection.execute("DELETE FROM website_event")
    }
  }

  @Test func `what others commit is not taken as read when its reading was given up`() throws {
    let path = folder.file("foreign.db")
    let connection = try Connection(path: path, mode: .create)
    try connection.execute(
      """
      CREATE TABLE website_event (website_id, session_id, created_at);
      INSERT INTO website_event VALUES ('w', 's', 1500000000)
      """)
    let store = try EventStore.open([path]) { Issue.record("\($0)") }
    #expect(try store.snapshot().websites.map(\.events) == [1])
    try connection.execute("INSERT INTO website_event VALUES ('w', 's', 1500001000)")
    #expect(throws: StoreError.cancelled) { try store.snapshot(in: LoadContext(isCancelled: { true })) }
    #expect(try store.snapshot().websites.map(\.events) == [2])
  }
}
