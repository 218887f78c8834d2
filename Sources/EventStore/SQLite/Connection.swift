import CSQLite

/// A connection to an SQLite file.
///
/// It is used from one thread at a time, so SQLite's own mutexes are off. A transaction begins and ends
/// inside one call: between calls the connection holds no lock.
final class Connection {
  enum Mode {
    /// Reads, and writes if the file is writable.
    case readWrite
    /// The same, and creates the file if it does not exist.
    case create
    case readOnly
    /// Reads a file that cannot change, without locks and without creating files next to it.
    case immutable
  }

  let path: String
  /// Whether the connection assumes that the file cannot change.
  let isImmutable: Bool
  fileprivate let handle: OpaquePointer
  private var watch: StatementWatch?
  /// The `schema_version` at which this connection last found the change log trusted, and a checksum of that
  /// schema.
  var trustedSchema: (version: Int64, checksum: UInt64)?

  /// How long to wait for another process's lock before failing with `busy`.
  static let busyTimeoutMilliseconds: Int32 = 5_000

  /// With statistics on, threads would wait for each other to count allocations that nothing reads. Once per
  /// process.
  private static let memoryStatisticsAreOff = footfall_turn_memory_statistics_off() == SQLITE_OK

  private let busyTimeoutMilliseconds: Int32
  /// The length from which the log is truncated: see ``shortenLog()``.
  var longestLogBytes: Int64 = 64 << 20
  /// The length that readers left after the last attempt to truncate the log.
  var keptLogBytes: Int64 = 0

  init(
    path: String, mode: Mode, busyTimeoutMilliseconds: Int32 = Connection.busyTimeoutMilliseconds
  ) throws(StoreError) {
    _ = Self.memoryStatisticsAreOff
    var opened: OpaquePointer?
    // Without a name SQLite creates a temporary database, which it deletes on close.
    if path.isEmpty { throw .usage("\"\" is not a valid file name; name an SQLite file") }
    if path.hasSuffix("/") { throw .usage("\(path) is a directory; name an SQLite file") }
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
    isImmutable = if case .immutable = mode { true } else { false }
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, busyTimeoutMilliseconds)
    guard footfall_distrust_schema(handle) == SQLITE_OK else { throw error(sql: nil) }
    for (category, limit) in Self.limits { sqlite3_limit(handle, category, limit) }
    // If the file is truncated, reading a missing page is an error, but touching a mapped one raises a
    // signal.
    try execute("PRAGMA mmap_size = 0")
  }

  deinit { sqlite3_close_v2(handle) }

  /// Sets how long to wait for another process's lock from now on; nil restores the initial timeout.
  func waitForLocks(milliseconds: Int32?) {
    sqlite3_busy_timeout(handle, milliseconds ?? busyTimeoutMilliseconds)
  }

  /// Whether this connection cannot write the file.
  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") != 0 }

  /// Whether the file was renamed or deleted.
  var hasMoved: Bool {
    var moved: CInt = 0
    return sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0
  }

  /// Leaves the log next to the file unchanged when this connection closes.
  func keepLogOnClose() { _ = footfall_keep_log_on_close(handle) }

  /// Turns off the file's triggers for writes of this connection. The writer has to record what they would
  /// record.
  func ignoreTriggers() throws(StoreError) {
    guard footfall_turn_triggers_off(handle) == SQLITE_OK else { throw error(sql: nil) }
  }

  /// Lets `watch` observe statements while they run, from now on; nil removes it.
  func watch(_ watch: StatementWatch?) {
    self.watch = watch
    guard let watch else { return sqlite3_progress_handler(handle, 0, nil, nil) }
    // Sound: the connection retains the watch for as long as SQLite may call it, because it closes before it
    // releases the watch.
    sqlite3_progress_handler(
      handle, StatementWatch.instructions, { StatementWatch.check($0) },
      Unmanaged.passUnretained(watch).toOpaque())
  }

  /// How many pages were read from the file so far.
  var pagesRead: Int {
    var (pages, highest): (CInt, CInt) = (0, 0)
    sqlite3_db_status(handle, SQLITE_DBSTATUS_CACHE_MISS, &pages, &highest, 0)
    return Int(pages)
  }

  /// Whether the last call failed with this primary result code.
  func hasFailed(with code: Int32) -> Bool { sqlite3_errcode(handle) & 0xFF == code }

  /// The number of rows that the last INSERT, UPDATE or DELETE changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }

  /// The number of rows that all statements together have changed.
  var totalChanges: Int64 { sqlite3_total_changes64(handle) }

  /// A clearer error for a row that could not be added to `table`: if no row id is left, SQLite reports a
  /// full disk.
  func explained(_ error: StoreError, addingTo table: String) -> StoreError {
    guard hasFailed(with: SQLITE_FULL),
      (try? integer("SELECT max(seq) FROM sqlite_sequence WHERE name = '\(table)'")) == .max
    else { return error }
    return .unwritable(
      path: path,
      sentence: "has no row id left in \(table): a row has used the largest, \(Int64.max); "
        + "copy its rows into a new store, without their row_id")
  }

  /// Runs statements without result rows, or discards the rows.
  func execute(_ sql: String) throws(StoreError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql: sql) }
  }

  func prepare(_ sql: String) throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(sql: sql) }
    return Statement(self, statement, sql)
  }

  /// Reads the schema, which detects what is wrong with a file, and waits for another connection's commit.
  func probe() throws(StoreError) { _ = try integer("SELECT count(*) FROM sqlite_master") }

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

  /// Runs `body` in a transaction: commits all of its writes, or none if it throws.
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

  /// Undoes the transaction after an error. The rollback fails if SQLite has already rolled back, which is as
  /// good.
  func rollBack() {
    // The transaction may have changed the schema.
    if sqlite3_txn_state(handle, "main") == SQLITE_TXN_WRITE { trustedSchema = nil }
    sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
  }

  enum TransactionKind: String {
    /// Sees one state of the file throughout.
    case reading = "BEGIN DEFERRED"
    /// Takes the write lock at once, so that the transaction cannot fail to get it halfway.
    case writing = "BEGIN IMMEDIATE"
  }

  func error(sql: String?) -> StoreError { StoreError(Self.failure(path, handle, sql: sql)) }

  private static func failure(_ path: String, _ handle: OpaquePointer, sql: String?) -> SQLiteFailure {
    SQLiteFailure(
      path: path, code: sqlite3_errcode(handle) & 0xFF, extendedCode: sqlite3_extended_errcode(handle),
      systemError: sqlite3_system_errno(handle), message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }

  /// Limits on statements and schemas, because a file that is not a store of ours may hold anything. For
  /// everything else SQLite's own limits apply.
  private static let limits: [(category: Int32, limit: Int32)] = [
    (SQLITE_LIMIT_SQL_LENGTH, 1_000_000), (SQLITE_LIMIT_VDBE_OP, 1_000_000),
    (SQLITE_LIMIT_TRIGGER_DEPTH, 100), (SQLITE_LIMIT_ATTACHED, 1),
  ]

  private static func nameAndFlags(_ path: String, _ mode: Mode) -> (String, Int32) {
    switch mode {
    case .readWrite: (fileName(path), SQLITE_OPEN_READWRITE)
    case .create: (fileName(path), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    case .readOnly: (fileName(path), SQLITE_OPEN_READONLY)
    case .immutable:
      ("file://\(uriPath(absolutePath(path)))?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }
  }

  /// The path in a form that SQLite always takes for a file name: SQLite treats `:memory:` specially, and
  /// some builds treat names that begin with `file:` as URIs.
  private static func fileName(_ path: String) -> String {
    path.utf8.first == UInt8(ascii: "/") ? path : "./\(path)"
  }

  /// The path with the characters escaped that are special in SQLite's file URIs.
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

/// Observes the statements of a connection while they run, whichever they are: in a file that is not a store
/// of ours, a table may be a view that never ends.
final class StatementWatch {
  /// The number of SQLite virtual machine instructions between two checks: a millisecond or less.
  static let instructions: Int32 = 50_000

  private let isCancelled: () -> Bool
  /// Called at each check, on the thread on which the statement runs.
  var onCheck: () -> Void = {}

  init(isCancelled: @escaping () -> Bool) { self.isCancelled = isCancelled }

  /// Whether to cancel the statement. `pointer` points to a `StatementWatch`.
  static func check(_ pointer: UnsafeMutableRawPointer?) -> Int32 {
    guard let pointer else { return 0 }
    // Sound: the calling connection retains its watch.
    let watch = Unmanaged<StatementWatch>.fromOpaque(pointer).takeUnretainedValue()
    watch.onCheck()
    return watch.isCancelled() ? 1 : 0
  }
}
