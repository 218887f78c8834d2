import System

/// The exclusive right to write to a cache. One process holds it at a time, until this object is released.
final class CacheLock {
  static let name = "lock"
  private static let pollNanoseconds = 2_000_000
  private static let maximumPolls = 50

  /// The directory that the holder may write to.
  let folder: OpenCacheFolder
  private let descriptor: CInt
  /// The file system's time at the last call of ``isLater(than:)``.
  private(set) var taken = FileTime.earliest

  /// Nil if another process holds the lock. Throws `inputOutput` if the lock cannot be taken.
  init?(_ folder: OpenCacheFolder) throws(StoreError) {
    self.folder = folder
    descriptor = Self.open(folder)
    guard descriptor >= 0 else { throw failure("write") }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure("write") }
    if status.st_mode & S_IFMT != S_IFREG { throw failure("use", "it is not a file") }
    // A copy of the directory by hard links shares the lock file.
    if let reason = folder.access.reasonForDistrust(of: status, mayHaveOtherNames: true) {
      throw failure("use", reason)
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
    guard errno == EWOULDBLOCK else { throw failure("lock") }
    return nil
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether a file that changes from now on gets a later time than `time`.
  ///
  /// File systems count time in ticks of some milliseconds, so a second change within the same tick would be
  /// invisible. Therefore this waits for the next tick. It gives up if `time` is far in the future.
  ///
  /// Throws `inputOutput` if nothing can be written.
  func isLater(than time: FileTime) throws(StoreError) -> Bool {
    for _ in 0..<Self.maximumPolls {
      taken = try touch()
      if taken > time { return true }
      var pause = timespec(tv_sec: 0, tv_nsec: Self.pollNanoseconds)
      nanosleep(&pause, nil)
    }
    return false
  }

  /// The current time of the file system's clock.
  private func touch() throws(StoreError) -> FileTime {
    var status = stat()
    guard futimens(descriptor, nil) == 0, fstat(descriptor, &status) == 0 else { throw failure("write") }
    return FileIdentity(status).changed
  }

  /// Opens the lock file, or creates it; another process may create it at the same moment.
  private static func open(_ folder: OpenCacheFolder) -> CInt {
    let file = folder.openFile(name, O_RDWR)
    if file >= 0 || errno != ENOENT { return file }
    let made = folder.makeFile(name, O_RDWR)
    return made >= 0 || errno != EEXIST ? made : folder.openFile(name, O_RDWR)
  }

  private func failure(_ operation: String, _ reason: String? = nil) -> StoreError {
    .inputOutput(
      path: folder.path(of: Self.name), operation: operation,
      reason: reason ?? String(cString: strerror(errno)))
  }
}
