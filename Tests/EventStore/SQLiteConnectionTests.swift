import CSQLite
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import EventStore

struct SQLiteConnectionTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func connection() throws -> Connection { try Connection(path: folder.file("a.db"), mode: .create) }

  @Test func `a failure tells its codes, message and SQL`() throws {
    let connection = try connection()
    try connection.execute("CREATE TABLE t (x UNIQUE); INSERT INTO t VALUES (1)")
    let error = #expect(throws: StoreError.self) { try connection.execute("INSERT INTO t VALUES (1)") }
    guard case .sqlite(let failure) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(failure.code == SQLITE_CONSTRAINT)
    #expect(failure.extendedCode == 2067)
    #expect(
      failure.description
        == "\(folder.file("a.db")): SQLite error 2067: UNIQUE constraint failed: t.x, in: INSERT INTO t VALUES (1)"
    )
    #expect(throws: StoreError.self) { try connection.prepare("SELEKT") }
  }

  @Test func `a transaction keeps all or nothing`() throws {
    let connection = try connection()
    try connection.execute("CREATE TABLE t (x)")
    let stop = StoreError.usage("stop")
    #expect(throws: stop) {
      try connection.transaction(.writing) { () throws(StoreError) in
        try connection.execute("INSERT INTO t VALUES (1)")
        throw stop
      }
    }
    #expect(try connection.integer("SELECT count(*) FROM t") == 0)
    try connection.transaction(.writing) { () throws(StoreError) in
      try connection.execute("INSERT INTO t VALUES (1)")
    }
    #expect(try connection.integer("SELECT count(*) FROM t") == 1)
  }

  @Test func `a lock that stays is told as busy`() throws {
    let first = try connection()
    try first.execute("CREATE TABLE t (x); BEGIN IMMEDIATE")
    let second = try connection()
    try second.execute("PRAGMA busy_timeout = 0")
    #expect(throws: StoreError.busy(path: folder.file("a.db"))) {
      try second.execute("INSERT INTO t VALUES (1)")
    }
    try first.execute("COMMIT")
    try second.execute("INSERT INTO t VALUES (1)")
  }

  @Test func `a path means itself whatever is in it`() throws {
    for name in ["a?mode=memory", "b#c%41.db", "ü d.db"] {
      let path = folder.file(name)
      try Connection(path: path, mode: .create).execute("CREATE TABLE t (x); INSERT INTO t VALUES (7)")
      for mode in [Connection.Mode.readOnly, .readWrite, .immutable] {
        #expect(try Connection(path: path, mode: mode).integer("SELECT x FROM t") == 7)
      }
    }
    #expect(throws: StoreError.self) { try Connection(path: folder.file("none"), mode: .readWrite) }
  }

  /// Two who read in turns, so that one of them always does.
  private final class Readers: Sendable {
    private let isStopped = Atomic(false)
    private let areDone = DispatchGroup()

    init(_ path: String) {
      for number in 0..<2 {
        areDone.enter()
        Thread.detachNewThread { [self] in
          usleep(UInt32(number) * 2_000)
          while !isStopped.load(ordering: .relaxed) {
            guard let connection = try? Connection(path: path, mode: .readOnly) else { break }
            _ = try? connection.transaction(.reading) { () throws(StoreError) in
              _ = try connection.integer("SELECT count(*) FROM t")
              usleep(4_000)
            }
          }
          areDone.leave()
        }
      }
    }

    func stop() {
      isStopped.store(true, ordering: .relaxed)
      areDone.wait()
    }
  }

  @Test func `the log does not grow with every commit while somebody always reads`() throws {
    let connection = try connection()
    try connection.execute("CREATE TABLE t (x)")
    #expect(connection.enableLog())
    connection.longestLogBytes = 300_000
    let readers = Readers(connection.path)
    defer { readers.stop() }
    var longest: Int64 = 0
    for _ in 0..<80 {
      try connection.execute("INSERT INTO t VALUES (randomblob(100000))")
      // Before it may be shortened: whether a reader is in the way then is a matter of time.
      longest = max(longest, FileIdentity(path: logPath(of: connection.path))?.byteCount ?? 0)
      connection.shortenLog()
    }
    #expect(longest >= 300_000 && longest < 2_000_000, "\(longest)")
  }
}
