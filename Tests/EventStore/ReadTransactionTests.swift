import Foundation
import Synchronization
import Testing

@testable import Engine
@testable import EventStore

/// What several connections read while somebody else writes is one state of the file.
struct ReadTransactionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes on a thread of its own until it is told to stop.
  private final class Writer: Sendable {
    private let isStopped = Atomic(false)
    private let isDone = DispatchSemaphore(value: 0)
    private let rounds = Atomic(0)
    private let failure = Mutex<StoreError?>(nil)

    /// Commits what `statements` gives for 1, 2 and so on, each number at once.
    init(_ path: String, _ statements: @escaping @Sendable (Int) -> String) {
      Thread { [self] in
        do throws(StoreError) {
          let connection = try Connection(path: path, mode: .readWrite)
          while !isStopped.load(ordering: .relaxed) {
            let round = rounds.add(1, ordering: .relaxed).newValue
            try connection.transaction(.writing) { () throws(StoreError) in
              try connection.execute(statements(round))
            }
            usleep(UInt32(round * 7919 % 3000))
          }
        } catch {
          failure.withLock { $0 = error }
        }
        isDone.signal()
      }.start()
    }

    /// How many rounds were begun.
    func stop() throws -> Int {
      isStopped.store(true, ordering: .relaxed)
      isDone.wait()
      if let error = failure.withLock(\.self) { throw error }
      return rounds.load(ordering: .relaxed)
    }
  }

  /// The texts of a column that events have, each as often as it stands there.
  private func texts(_ column: TextColumn, _ columns: ColumnSet) -> [String] {
    columns.websites.flatMap { website in
      let dictionary = website.dictionary(column)
      return website.partitions.flatMap { partition in
        (0..<partition.rowCount).map { dictionary[Int(partition[column][$0])] }
      }
    }
  }

  private func source(_ path: String) throws -> SQLiteSource {
    var options = OpenOptions()
    options.threads = 3
    return try SQLiteSource(
      path: path, options: options, diagnostics: DiagnosticLog { Issue.record("\($0)") })
  }

  @Test func `a foreign file that is emptied has no fingerprint, and no rows`() throws {
    let path = folder.file("foreign.db")
    try Connection(path: path, mode: .create).execute(
      "CREATE TABLE website_event (session_id, created_at, url_path)")
    let source = try source(path)
    #expect(try source.fingerprint() != nil)
    truncate(path, 0)
    #expect(try source.fingerprint() == nil)
    #expect(throws: StoreError.self) { try source.load(LoadContext()) }
  }

  /// Each commit writes its number into every row and adds a row, so that whatever shows two of them is torn.
  @Test func `the moment of a store is that of the rows that all connections read`() throws {
    let path = folder.file("store.db")
    let rows = (0..<60).map { "w,s\($0 % 7),v\($0 % 7),e\($0),\(1_500_000_000 + $0 * 90_000),1,0\n" }.joined()
    let csv = try folder.write(
      "e.csv", "website_id,session_id,visit_id,event_id,created_at,event_type,tag\n" + rows)
    _ = try importFiles([csv], into: path) { _ in }
    // So far apart that the table is read in ranges.
    try Connection(path: path, mode: .readWrite).execute(
      "UPDATE website_event SET row_id = row_id * 2000 - 50000 WHERE row_id < 60")
    let source = try source(path)
    let writer = Writer(path) { round in
      """
      UPDATE website_event SET tag = '\(round)';
      INSERT INTO website_event (website_id, session_id, event_id, event_type, created_at, tag)
      VALUES ('w', 'new', 'n\(round)', 1, 1700000000000, '\(round)')
      """
    }
    var seen: Set<String> = []
    for _ in 0..<40 {
      let loaded = try source.load(LoadContext())
      guard case .position(let position, _)? = loaded.fingerprint?.state else {
        Issue.record("a store has a position")
        break
      }
      let tags = texts(.tag, loaded.columns)
      #expect(Set(tags).count == 1, "\(Set(tags))")
      let round = Int(tags.first ?? "") ?? 0
      #expect(tags.count == 60 + round)
      #expect(position.newestEventID == (round == 0 ? position.newestEventID : "n\(round)"))
      seen.formUnion(tags)
    }
    #expect(try writer.stop() > 0)
    #expect(seen.count > 2)
  }

  /// If there is no WAL, who commits waits for readers, and they must not wait for it in turn.
  @Test(arguments: ["DELETE", "WAL"]) func `a foreign file that is being written to`(mode: String) throws {
    let path = folder.file("foreign.db")
    let connection = try Connection(path: path, mode: .create)
    _ = try connection.texts("PRAGMA journal_mode = \(mode)")
    try connection.execute(
      """
      CREATE TABLE website_event (session_id, event_id, created_at, tag);
      WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 60)
      INSERT INTO website_event (rowid, session_id, event_id, created_at, tag)
      SELECT n * 2000, 's' || n % 7, n, 1500000000 + n, '0' FROM n;
      """)
    let source = try source(path)
    let writer = Writer(path) { "UPDATE website_event SET tag = '\($0)'" }
    for _ in 0..<15 {
      let tags = texts(.tag, try source.load(LoadContext()).columns)
      #expect(tags.count == 60 && Set(tags).count == 1, "\(Set(tags))")
    }
    #expect(try writer.stop() > 0)
  }
}
