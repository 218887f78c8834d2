/// The files of a database as they are between the writes of those who go by SQLite's rules: what changes them
/// otherwise leaves SQLite with pages in memory that stand in no file any more.
///
/// The log grows with every commit and counts as the same. The file itself changes where a log is brought into
/// it, which is seldom, and where there is none, with every commit.
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

/// The file at `path`, and the log beside it, as far as there is something in them.
func databaseFiles(path: String) -> [FileIdentity] {
  [path, logPath(of: path)].compactMap { FileIdentity(path: $0) }.filter { $0.byteCount > 0 }
}
