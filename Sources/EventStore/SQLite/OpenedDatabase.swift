import System

/// An SQLite file, opened so that it can be read even if nothing can be written next to it.
struct OpenedDatabase {
  let connection: Connection
  /// Why the file is read-only, if the reason is anything other than its permissions.
  let writingFailure: StoreError?

  /// Throws the reason if the file cannot be read.
  init(path: String, _ options: OpenOptions, _ context: LoadContext) throws(StoreError) {
    let connection = try Connection(
      path: path, mode: options.isReadOnly ? .readOnly : .readWrite,
      busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
    var failure: StoreError?
    do throws(StoreError) {
      // The first read detects what is wrong with a file: an invalid header, missing pages, a lock.
      try connection.probe()
    } catch {
      switch error {
      // If we have write permission, the cause is something else.
      case .inputOutput: if Self.mayWrite(path) { failure = error }
      case .readOnly: break
      default: throw error
      }
      try Self.checkNothingIsPending(path)
      let immutable = try Connection(path: path, mode: .immutable)
      try immutable.probe()
      // A writer may have started while the file was being opened.
      try Self.checkNothingIsPending(path)
      try self.init(immutable, failure, context)
      return
    }
    try self.init(connection, nil, context)
  }

  private init(
    _ connection: Connection, _ failure: StoreError?, _ context: LoadContext
  ) throws(StoreError) {
    self.connection = connection
    writingFailure = failure
    connection.watch(StatementWatch(isCancelled: context.isCancelled))
    try connection.ignoreTriggers()
  }

  /// Throws if reading the committed state requires a file next to the database. If there is no such file,
  /// nobody is writing and the database file is complete, so that it can be read without locks.
  private static func checkNothingIsPending(_ path: String) throws(StoreError) {
    let log = logPath(of: path)
    if FileIdentity(path: log)?.byteCount ?? 0 > 0 {
      throw .unusableFile(
        path: path,
        sentence: "has a write-ahead log, \(log), which cannot be read in a read-only directory;"
          + " copy both files to a writable directory")
    }
    let journal = journalPath(of: path)
    if isHot(journal) {
      throw .unusableFile(
        path: path,
        sentence:
          "has an unfinished transaction, and its rollback journal, \(journal), cannot be applied in a read-only"
          + " directory; open the file once with write access, or copy both files to a writable directory"
      )
    }
  }

  /// Whether this process may write the file and the files that SQLite needs next to it.
  private static func mayWrite(_ path: String) -> Bool {
    let path = realPath(path)
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    return access(path, W_OK) == 0 && access(String(folder), W_OK) == 0
  }

  /// Whether a rollback journal has something to undo. SQLite zeroes the start of a journal when its
  /// transaction commits. An unreadable journal counts as hot.
  private static func isHot(_ journal: String) -> Bool {
    guard FileIdentity(path: journal)?.byteCount ?? 0 > 0 else { return false }
    let descriptor = open(journal, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) != 1 || byte != 0
  }
}

/// The path of the rollback journal, which is used without WAL. It is next to the file itself, not next to a
/// symbolic link to it.
private func journalPath(of path: String) -> String { "\(realPath(path))-journal" }

/// The files of a database, in the state in which programs that follow SQLite's rules leave them between
/// writes. Any other change leaves SQLite with cached pages that are no longer in any file.
///
/// A growing log counts as unchanged, because it grows with every commit. The database file itself changes at
/// each checkpoint, which is rare; without a log it changes with every commit.
struct DatabaseFiles: Equatable {
  private let path: String
  private let logPath: String
  private let file: FileIdentity?
  /// While a connection is open, SQLite's rules forbid removing or replacing the log.
  private let logInode: UInt64?
  /// The length of the log's index, which every process with the file open maps into memory. It only grows.
  private let indexBytes: Int64?

  init(path: String, log logPath: String) {
    self.path = path
    self.logPath = logPath
    file = FileIdentity(path: path)
    logInode = FileIdentity(path: logPath)?.inode
    indexBytes = logInode == nil ? nil : FileIdentity(path: Self.indexPath(log: logPath))?.byteCount
  }

  /// The same files in their current state.
  var now: DatabaseFiles { DatabaseFiles(path: path, log: logPath) }

  /// Whether the log's index has been truncated since `before`.
  func hasCutIndex(before: DatabaseFiles) -> Bool {
    if let indexBytes, let before = before.indexBytes { indexBytes < before } else { false }
  }

  /// Next to the log, under SQLite's name for it.
  private static func indexPath(log: String) -> String { log.dropLast("wal".count) + "shm" }
}

/// The file at `path` and the log next to it, without those that are missing or empty.
func databaseFiles(path: String) -> [FileIdentity] {
  [path, logPath(of: path)].compactMap { FileIdentity(path: $0) }.filter { $0.byteCount > 0 }
}
