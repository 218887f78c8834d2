// The write-ahead log (WAL) next to a database file, which holds commits until a checkpoint writes them back
// into the file.

extension Connection {
  /// How long to wait for readers before a checkpoint gives up. Appending continues while a reader takes
  /// longer.
  private static let timeoutMilliseconds: Int32 = 200

  /// Switches the file to WAL mode, so that readers continue during a write. The file remembers the mode. An
  /// interrupted first import may have left it off. While other connections have the file open, it cannot be
  /// switched; the next writer tries again.
  ///
  /// - Returns: whether WAL mode is on.
  @discardableResult func enableLog() -> Bool {
    waitForLocks(milliseconds: 0)
    defer { waitForLocks(milliseconds: nil) }
    if (try? texts("PRAGMA journal_mode")) == ["wal"] { return true }
    return (try? texts("PRAGMA journal_mode = WAL")) == ["wal"]
  }

  /// Truncates the write-ahead log if it has grown long. Call it before a transaction that writes. To other
  /// processes a truncated log looks like a commit that the change log has missed; the entry that follows
  /// immediately shows them that it is not.
  ///
  /// SQLite itself writes commits back over time, but restarts the log only at a moment without readers,
  /// which may never come. If a reader does not finish in time, the next attempt follows when the log has
  /// grown by the same amount again.
  func shortenLog() {
    let path = logPath(of: path)
    guard let length = FileIdentity(path: path)?.byteCount, length >= keptLogBytes + longestLogBytes else {
      return
    }
    emptyLog(waitingMilliseconds: Self.timeoutMilliseconds)
    keptLogBytes = FileIdentity(path: path)?.byteCount ?? 0
  }

  /// Writes the whole log back into the file and truncates it, unless a reader or writer takes longer than
  /// the waiting time.
  func emptyLog(waitingMilliseconds: Int32) {
    waitForLocks(milliseconds: waitingMilliseconds)
    defer { waitForLocks(milliseconds: nil) }
    _ = try? texts("PRAGMA wal_checkpoint(TRUNCATE)")
  }
}

/// The path of the write-ahead log. It is next to the file itself, not next to a symbolic link to it.
func logPath(of path: String) -> String { "\(realPath(path))-wal" }
