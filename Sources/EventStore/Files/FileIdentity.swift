#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which file it is, and how it was: whoever writes to a file changes its times.
struct FileIdentity: Equatable {
  var device: UInt64
  var inode: UInt64
  var byteCount: Int64
  var modifiedNanoseconds: Int64
  /// When anything about the file changed last, its name and its modification time included.
  var changedNanoseconds: Int64
}

extension FileIdentity {
  init(_ status: stat) {
    #if canImport(Darwin)
      let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
    #else
      let (modified, changed) = (status.st_mtim, status.st_ctim)
    #endif
    self.init(
      device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino),
      byteCount: Int64(status.st_size), modifiedNanoseconds: Self.nanoseconds(modified),
      changedNanoseconds: Self.nanoseconds(changed))
  }

  /// Of the file at `path`; nil where there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
