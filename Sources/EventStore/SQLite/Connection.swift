import CSQLite

/// A connection to an SQLite file.
///
/// Used from one thread at a time, so SQLite's own mutexes are off. A transaction begins and ends inside
/// one call: between calls no lock is held.
final class Connection {
  enum Mode {
    /// Reads, and writes where the file lets itself be written.
    case readWrite
    /// The same, and makes the file if there is none.
    case create
    case readOnly
    /// Reads a file that nobody can change, without locks and without files beside it.
    case immutable
  }

  let path: String
  fileprivate let handle: OpaquePointer

  /// How long to wait for another process's lock before giving up with `busy`.
  static let busyTimeoutMilliseconds: Int32 = 5_000

  /// Threads would wait for each other to count what they allocate, which nobody asks for. Once a process.
  private static let memoryStatisticsAreOff = footfall_turn_memory_statistics_off() == SQLITE_OK

  private let busyTimeoutMilliseconds: Int32
  /// From which length on the log is emptied: see ``shortenLog()``.
  var longestLogBytes: Int64 = 64 << 20
  /// What readers have kept in the log when that was tried last.
  var keptLogBytes: Int64 = 0

  init(
    path: String, mode: Mode, busyTimeoutMilliseconds: Int32 = Connection.busyTimeoutMilliseconds
  ) throws(StoreError) {
    _ = Self.memoryStatisticsAreOff
    var opened: OpaquePointer?
    let (name, flags) = Self.nameAndFlags(path, mode)
    let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else {
      throw .inputOutput(path: path, operation: "open", reason: "out of memory")
    }
    guard code == SQLITE_OK else {
      let error = StoreError(Self.failure(path, opened, sql: nil))
      sqlite3_close_v2(opened)
      throw error
    }
    self.path = path
    self.busyTimeoutMilliseconds = busyTimeoutMilliseconds
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
    // Of a file that somebody cuts short, a page that is read is an error, one that is mapped a signal.
    try execute("PRAGMA mmap_size = 0")
  }

  deinit { sqlite3_close_v2(handle) }

  /// Says how long to wait for another process's lock from now on; nil for as long as at first.
  func waitForLocks(milliseconds: Int32?) {
    sqlite3_busy_timeout(handle, milliseconds ?? busyTimeoutMilliseconds)
  }

  /// Whether the file cannot be written through this connection.
  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") != 0 }

  /// Whether the file has another name now, or none.
  var hasMoved: Bool {
    var moved: CInt = 0
    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0
  }

  /// Leaves the log beside the file as it is when this is closed.
  func keepLogOnClose() { _ = footfall_keep_log_on_close(handle) }

  /// The number of rows that the last INSERT, UPDATE or DELETE changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }

  /// Runs statements that give no rows, or whose rows do not matter.
  func execute(_ sql: String) throws(StoreError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql: sql) }
  }

  func prepare(_ sql: String) throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(sql: sql) }
    return Statement(self, statement, sql)
  }

  /// The first column of the first row.
  func integer(_ sql: String) throws(StoreError) -> Int64 {
    let statement = try prepare(sql)
    return try statement.step() ? statement.integer(0) : 0
  }

  /// The first column of every row.
  func texts(_ sql: String) throws(StoreError) -> [String] {
    let statement = try prepare(sql)
    var texts: [String] = []
    while try statement.step() { texts.append(statement.text(0)) }
    return texts
  }

  /// Runs `body` in a transaction: all of what it writes is kept, or none where it throws.
  func transaction<Result>(
    _ kind: TransactionKind, _ body: () throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    try execute(kind.rawValue)
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  /// Undoes the transaction after an error. That fails where SQLite has done it by itself, which is as good.
  func rollBack() { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }

  enum TransactionKind: String {
    /// Sees one state of the file throughout.
    case reading = "BEGIN DEFERRED"
    /// Takes the write lock at once, so that waiting for it cannot fail halfway.
    case writing = "BEGIN IMMEDIATE"
  }

  func error(sql: String?) -> StoreError { StoreError(Self.failure(path, handle, sql: sql)) }

  private static func failure(_ path: String, _ handle: OpaquePointer, sql: String?) -> SQLiteFailure {
    SQLiteFailure(
      path: path, code: sqlite3_errcode(handle) & 0xFF, extendedCode: sqlite3_extended_errcode(handle),
      message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }

  private static func nameAndFlags(_ path: String, _ mode: Mode) -> (String, Int32) {
    switch mode {
    case .readWrite: (path, SQLITE_OPEN_READWRITE)
    case .create: (path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    case .readOnly: (path, SQLITE_OPEN_READONLY)
    case .immutable: ("file:\(uriPath(path))?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }
  }

  /// A path with the characters escaped that mean something in SQLite's file URIs.
  private static func uriPath(_ path: String) -> String {
    var escaped = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case "%": escaped += "%25"
      case "?": escaped += "%3f"
      case "#": escaped += "%23"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
