import System

/// Identifies a file and its state: writing to a file changes its times.
struct FileIdentity: Equatable {
  var device: UInt64
  var inode: UInt64
  var byteCount: Int64
  var modified: FileTime
  /// The last change of any kind, including to its name or its modification time.
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

  /// Whether it is the same file, in any state.
  func isSameFile(as other: FileIdentity) -> Bool { device == other.device && inode == other.inode }

  /// Whether it is the same file with the same contents; its name or permissions may have changed.
  func hasSameContents(as other: FileIdentity) -> Bool {
    isSameFile(as: other) && byteCount == other.byteCount && modified == other.modified
  }

  /// The identity of the file at `path`; nil if there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }
}

/// A time of a file, set by the file system's clock or by a program, so any year is possible. Seconds and
/// nanoseconds are separate because 64 bits of nanoseconds since 1970 end in 2262.
struct FileTime: Comparable {
  /// Since 1970.
  var seconds: Int64
  /// In addition to `seconds`.
  var nanoseconds: Int64

  /// Before all other times.
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

/// The absolute path of the file that `path` resolves to; `path` itself if it cannot be resolved.
func realPath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The absolute path without resolving symbolic links; `path` itself if the current directory is unknown.
func absolutePath(_ path: String) -> String {
  if path.utf8.first == UInt8(ascii: "/") { return path }
  guard let folder = getcwd(nil, 0) else { return path }
  defer { free(folder) }
  return "\(String(cString: folder))/\(path)"
}
