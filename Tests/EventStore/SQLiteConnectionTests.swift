import CSQLite
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
}
