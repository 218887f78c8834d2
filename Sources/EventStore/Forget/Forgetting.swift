import System

/// Deletes events from the store at `path`, with all that belongs to them: in one transaction, whose deleted rows are
/// overwritten with zeros. Cached columns are deleted too, and no process uses older ones from then on.
///
/// Throws `usage` if the file is not a store that this program made, or has no such website or visitor; then nothing
/// is deleted. What is left to do by hand, because other processes use the store, goes to `diagnostics`.
public func forgetEvents(
  in path: String, _ options: ForgetOptions, context: LoadContext = LoadContext(), diagnostics: Diagnostics
) throws(StoreError) -> ForgetSummary {
  guard try FileContents(path: path).isSQLite else {
    throw .usage(
      "\(path) is not an SQLite file; only an SQLite store can forget events: import the files into one, or delete "
        + "the rows from the files")
  }
  let summary: ForgetSummary
  do {
    let connection = try Connection(path: path, mode: .readWrite)
    guard try StoreSchema.isOurs(connection) else {
      throw .usage(
        "\(path) was made by another program; events are only deleted from stores that footfall made")
    }
    if connection.isReadOnly { throw .readOnly(path: path) }
    connection.watch(StatementWatch(isCancelled: context.isCancelled))
    summary = try deleteRows(connection, options)
    connection.watch(nil)
    if summary.isEmpty { return summary }
    connection.emptyLog(waitingMilliseconds: Connection.busyTimeoutMilliseconds)
  }
  if let log = FileIdentity(path: logPath(of: path)), log.byteCount > 0 {
    diagnostics(
      "another process reads \(path), so its write-ahead log still has deleted rows; they are gone when the last "
        + "process closes the store")
  }
  for location in [CacheLocation.standard(userFolder: nil), options.cache] {
    guard let folder = location.folder(forStore: path) else { continue }
    if try !folder.removeColumns(waitingMilliseconds: options.cacheWaitMilliseconds, context.isCancelled) {
      diagnostics("another process writes \(folder.path); delete that folder when the process has ended")
    }
  }
  return summary
}

private func deleteRows(
  _ connection: Connection, _ options: ForgetOptions
) throws(StoreError) -> ForgetSummary {
  // The change log starts again instead of an entry for each row.
  try connection.ignoreTriggers()
  try connection.execute("PRAGMA secure_delete = ON; PRAGMA synchronous = FULL")
  return try connection.transaction(.writing) { () throws(StoreError) in
    let summary = try ForgottenRows(connection, options).delete()
    // The log has ids of visitors, and its secret makes all cached columns those of another store.
    if !summary.isEmpty { try ChangeLog.restart(in: connection) }
    return summary
  }
}

extension CacheFolder {
  private static let pollMilliseconds = 20

  /// Deletes all cached columns. Waits for a process that is writing some; returns false if it takes longer.
  fileprivate func removeColumns(
    waitingMilliseconds: Int, _ isCancelled: () -> Bool
  ) throws(StoreError) -> Bool {
    guard let folder = open() else { return true }
    for _ in 0..<max(waitingMilliseconds / Self.pollMilliseconds, 1) {
      if let lock = try CacheLock(folder) {
        lock.folder.removeColumns()
        return true
      }
      if isCancelled() { return false }
      usleep(useconds_t(Self.pollMilliseconds * 1000))
    }
    return false
  }
}
