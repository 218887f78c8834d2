// The log beside a file in WAL mode, in which commits stand until they are written back into the file.

extension Connection {
  /// How long readers are waited for when the log is to be emptied: appending goes on where somebody reads for
  /// long.
  private static let patienceMilliseconds: Int32 = 200

  /// Makes the file keep a log, so that readers go on while somebody writes; the file remembers it. A first
  /// import that was interrupted may have left it without. If others have it open just now it stays so
  /// until the next who writes.
  ///
  /// - Returns: whether it keeps one.
  @discardableResult func turnLogOn() -> Bool {
    waitForLocks(milliseconds: 0)
    defer { waitForLocks(milliseconds: nil) }
    if (try? texts("PRAGMA journal_mode")) == ["wal"] { return true }
    return (try? texts("PRAGMA journal_mode = WAL")) == ["wal"]
  }

  /// Empties the log where it has grown long; to be called before a transaction that writes. To others, an emptied log
  /// looks like a commit that nothing records; the entry that comes right behind it tells them that it is none.
  ///
  /// SQLite itself writes commits back over time, but begins the log again only in a moment when nobody reads,
  /// which may never come. Where a reader is not waited for long enough, it is tried again when the log has
  /// grown by as much.
  func shortenLog() {
    let path = logPath(of: path)
    guard let length = FileIdentity(path: path)?.byteCount, length >= keptLogBytes + longestLogBytes else {
      return
    }
    emptyLog(waitingMilliseconds: Self.patienceMilliseconds)
    keptLogBytes = FileIdentity(path: path)?.byteCount ?? 0
  }

  /// Writes all of the log back into the file, where nobody reads or writes for longer than that.
  func emptyLog(waitingMilliseconds: Int32) {
    waitForLocks(milliseconds: waitingMilliseconds)
    defer { waitForLocks(milliseconds: nil) }
    _ = try? texts("PRAGMA wal_checkpoint(TRUNCATE)")
  }
}

/// The log of a file in WAL mode, which stands beside what links lead to.
func logPath(of path: String) -> String { "\(realPath(path))-wal" }
