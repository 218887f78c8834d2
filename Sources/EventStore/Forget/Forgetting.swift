import System

/// Deletes events from the store at `path`, with all that belongs to them: in one transaction, whose deleted rows are
/// overwritten with zeros. Cached columns are deleted too, and no process uses older ones from then on. The log and the
/// columns are cleared even if no row is found, so that running it again finishes what was interrupted.
///
/// Throws `usage` if the file is not a store that this program made, or has no such website or visitor; then no row is
/// deleted. What is left to do by hand, for example because other processes use the store, goes to `diagnostics`, and
/// the summary says so: it is not an error, because the rows are gone.
public func forgetEvents(
  in path: String, _ options: ForgetOptions, context: LoadContext = LoadContext(), diagnostics: Diagnostics
) throws(StoreError) -> ForgetSummary {
  guard try FileContents(path: path).isSQLite else {
    throw .usage(
      "\(path) is not an SQLite file; only an SQLite store can forget events: import the files into one, or delete "
        + "the rows from the files")
  }
  var summary: ForgetSummary
  do {
    let connection = try Connection(path: path, mode: .readWrite)
    guard try StoreSchema.isFootfallStore(connection) else {
      throw .usage(
        "\(path) was made by another program; events are only deleted from stores that footfall made")
    }
    if connection.isReadOnly { throw .readOnly(path: path) }
    connection.watch(StatementWatch(isCancelled: context.isCancelled))
    summary = try deleteRows(connection, options)
    connection.watch(nil)
    connection.emptyLog(waitingMilliseconds: Connection.busyTimeoutMilliseconds)
  }
  if let log = FileIdentity(path: logPath(of: path)), log.byteCount > 0 {
    summary.leavesTraces = true
    diagnostics(
      "another process reads \(path), so its write-ahead log still has deleted rows; they are gone when the last "
        + "process closes the store")
  }
  let folders =
    [CacheLocation.standard(userFolder: nil), options.cache].flatMap { $0.allFolders(forStore: path) }
  for folder in folders {
    let problem = folder.removeColumns(
      waitingMilliseconds: options.cacheWaitMilliseconds, context.isCancelled)
    guard let problem else { continue }
    summary.leavesTraces = true
    diagnostics(problem)
  }
  if case .visitor(let id) = options.selection, summary.isEmpty {
    throw .usage("\(path) has no visitor \"\(id)\"\(options.website.map { " of website \($0)" } ?? "")")
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

  /// Deletes all cached columns. Waits for a process that is writing some. Returns a sentence that says what is left to
  /// delete by hand; nil if nothing is.
  fileprivate func removeColumns(waitingMilliseconds: Int, _ isCancelled: () -> Bool) -> String? {
    var status = stat()
    // A symbolic link counts as existing.
    if lstat(path, &status) != 0, errno == ENOENT || errno == ENOTDIR { return nil }
    do throws(StoreError) {
      // If others may write to the folder, it is emptied as it is opened.
      let folder = try OpenCacheFolder(
        path: path, CacheAccess(sources: sources), revokesOtherAccess: true)
      for _ in 0..<max(waitingMilliseconds / Self.pollMilliseconds, 1) {
        if let lock = try CacheLock(folder) {
          return lock.folder.removeColumns()
            ? nil
            : "\(path) may still have deleted rows, because its files cannot be removed; delete that folder"
        }
        if isCancelled() { break }
        usleep(useconds_t(Self.pollMilliseconds * 1000))
      }
      return "another process writes \(path); delete that folder when the process has ended"
    } catch {
      return "\(path) may still have deleted rows; delete that folder (\(error))"
    }
  }
}
