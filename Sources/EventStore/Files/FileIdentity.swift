import System

/// Which file it is, and how it was: whoever writes to a file changes its times.
struct FileIdentity: Equatable {
  var device: UInt64
  var inode: UInt64
  var byteCount: Int64
  var modified: FileTime
  /// When anything about the file changed last, its name and its modification time included.
  var changed: FileTime
}

extension FileIdentity {
  init(_ status: stat) {
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    self.init(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(truncatingIfNeeded: status.st_ino),
      byteCount: Int64(status.st_size), modified: FileTime(modified), changed: FileTime(changed))
  }

  /// Whether it is the same file, however it was.
  func isSameFile(as other: FileIdentity) -> Bool { device == other.device && inode == other.inode }

  /// Whether it is the same file and was not written to, whatever else was changed: its name, its permissions.
  func hasSameContents(as other: FileIdentity) -> Bool {
    isSameFile(as: other) && byteCount == other.byteCount && modified == other.modified
  }

  /// Of the file at `path`; nil if there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// A time that a file has, by the clock of the file system or by whoever has set it: of any year. Seconds and
/// nanoseconds are apart, since 64 bits count nanoseconds since 1970 only as far as 2262.
struct FileTime: Comparable {
  /// Since 1970.
  var seconds: Int64
  /// Behind `seconds`.
  var nanoseconds: Int64

  /// Before all others.
  static let earliest = FileTime(seconds: .min, nanoseconds: .min)

  static func < (a: FileTime, b: FileTime) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }
}

extension FileTime {
  fileprivate init(_ time: timespec) {
    self.init(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
  }
}

/// The absolute path that `path` leads to; itself if it leads nowhere.
func realPath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The path from the root, without that links are followed; itself if nobody knows in which folder we are.
func absolutePath(_ path: String) -> String {
  if path.hasPrefix("/") { return path }
  guard let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return "\(String(cString: folder))/\(path)"
}
