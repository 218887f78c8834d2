import System

/// An SQLite file that was opened in a way that lets it be read, also if nothing can be written next to it.
struct OpenedDatabase {
  let connection: Connection
  /// Why it is only read, where it is something else than that the file does not let itself be written.
  let writingFailure: StoreError?

  /// Throws what stands against reading the file.
  init(path: String, _ options: OpenOptions) throws(StoreError) {
    let connection = try Connection(
      path: path, mode: options.isReadOnly ? .readOnly : .readWrite,
      busyTimeoutMilliseconds: options.busyTimeoutMilliseconds)
    var failure: StoreError?
    do throws(StoreError) {
      // The first read meets what is wrong with a file: a header that lies, missing pages, a lock.
      try Self.look(connection)
    } catch {
      switch error {
      // If we may write, something else stands against it.
      case .inputOutput: if Self.mayWrite(path) { failure = error }
      case .readOnly: break
      default: throw error
      }
      try Self.checkNothingIsPending(path)
      let immutable = try Connection(path: path, mode: .immutable)
      try Self.look(immutable)
      // Somebody may have begun to write while it was opened.
      try Self.checkNothingIsPending(path)
      try self.init(immutable, failure, options)
      return
    }
    try self.init(connection, nil, options)
  }

  private init(
    _ connection: Connection, _ failure: StoreError?, _ options: OpenOptions
  ) throws(StoreError) {
    self.connection = connection
    writingFailure = failure
    connection.watch(StatementWatch(isCancelled: options.isCancelled))
    try connection.ignoreTriggers()
  }

  private static func look(_ connection: Connection) throws(StoreError) {
    _ = try connection.integer("SELECT count(*) FROM sqlite_master")
  }

  /// Throws if a file next to it is needed to read what was committed. If there is nothing,
  /// nobody is writing and the file is all there is, so that it can be read without locks.
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

  /// Whether the file, and what SQLite needs next to it, may be written.
  private static func mayWrite(_ path: String) -> Bool {
    let path = realPath(path)
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    return access(path, W_OK) == 0 && access(String(folder), W_OK) == 0
  }

  /// Whether a journal has something to undo, which begins with zeros once its transaction is committed. One that
  /// cannot be read may have.
  private static func isHot(_ journal: String) -> Bool {
    guard FileIdentity(path: journal)?.byteCount ?? 0 > 0 else { return false }
    let descriptor = open(journal, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var byte: UInt8 = 0
    return read(descriptor, &byte, 1) != 1 || byte != 0
  }
}

/// What undoes the transaction of a file without a log, beside what links lead to.
private func journalPath(of path: String) -> String { "\(realPath(path))-journal" }

/// The files of a database as they are between the writes of those who go by SQLite's rules: what changes them
/// otherwise leaves SQLite with pages in memory that stand in no file any more.
///
/// The log grows with every commit and counts as the same. The file itself changes where a log is brought into
/// it, which is seldom, and if there is none, with every commit.
struct DatabaseFiles: Equatable {
  private let path: String
  private let logPath: String
  private let file: FileIdentity?
  /// While a connection is open nobody removes the log, or makes another, by SQLite's rules.
  private let logInode: UInt64?
  /// The length of the log's index, which all who have the file open have in memory. It only grows.
  private let indexBytes: Int64?

  init(path: String, log logPath: String) {
    self.path = path
    self.logPath = logPath
    file = FileIdentity(path: path)
    logInode = FileIdentity(path: logPath)?.inode
    indexBytes = logInode == nil ? nil : FileIdentity(path: Self.indexPath(log: logPath))?.byteCount
  }

  /// The same files as they are now.
  var now: DatabaseFiles { DatabaseFiles(path: path, log: logPath) }

  /// Whether the log's index was cut short since.
  func hasCutIndex(before: DatabaseFiles) -> Bool {
    if let indexBytes, let before = before.indexBytes { indexBytes < before } else { false }
  }

  /// Beside the log, as SQLite names it.
  private static func indexPath(log: String) -> String { log.dropLast("wal".count) + "shm" }
}

/// The file at `path`, and the log next to it, as far as there is something in them.
func databaseFiles(path: String) -> [FileIdentity] {
  [path, logPath(of: path)].compactMap { FileIdentity(path: $0) }.filter { $0.byteCount > 0 }
}
