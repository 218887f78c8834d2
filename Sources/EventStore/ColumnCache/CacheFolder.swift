import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that a column cache is in.
///
/// Whoever writes holds a lock, which ends with its process however that ends. So what stands in the folder
/// without belonging to the manifest is either being written by the holder, or was left behind by one that
/// was killed.
struct CacheFolder {
  static let manifestName = "manifest"
  private static let lockName = "lock"
  private static let unfinishedSuffix = ".unfinished"

  let path: String

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// Makes the folder, and what it stands in, and takes the lock; nil where another process has it.
  ///
  /// Throws `inputOutput` where nothing can be written.
  func lock() throws(StoreError) -> Lock? {
    try makeFolders()
    let lockPath = path(of: Self.lockName)
    let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failure(lockPath, "write") }
    if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return Lock(descriptor, lockPath) }
    let code = errno
    close(descriptor)
    if code == EWOULDBLOCK { return nil }
    errno = code
    throw Self.failure(lockPath, "lock")
  }

  /// Held until this is gone.
  final class Lock {
    private static let napNanoseconds = 2_000_000
    private static let mostNaps = 50
    private let descriptor: CInt
    private let path: String
    /// When it was last asked whether it is later than some time, by the clock of the file system.
    private(set) var taken = FileTime.earliest

    fileprivate init(_ descriptor: CInt, _ path: String) {
      self.descriptor = descriptor
      self.path = path
    }

    deinit { close(descriptor) }

    /// Whether a file that changes from now on gets a later time than `time`.
    ///
    /// File systems count time in ticks of some milliseconds, and a change in the tick of the one before
    /// would not show. So this waits for the next tick; it is no use to wait for a time that is far ahead.
    ///
    /// Throws `inputOutput` where nothing can be written.
    func isLater(than time: FileTime) throws(StoreError) -> Bool {
      for _ in 0..<Self.mostNaps {
        taken = try touch()
        if taken > time { return true }
        var nap = timespec(tv_sec: 0, tv_nsec: Self.napNanoseconds)
        nanosleep(&nap, nil)
      }
      return false
    }

    /// The present time by the clock of the file system.
    private func touch() throws(StoreError) -> FileTime {
      var byte: UInt8 = 0
      var status = stat()
      guard pwrite(descriptor, &byte, 1, 0) == 1, fstat(descriptor, &status) == 0 else {
        throw CacheFolder.failure(path, "write")
      }
      return FileIdentity(status).changed
    }
  }

  /// Puts a file that `write` fills under `name`, all at once.
  func replace(
    _ name: String, _ write: (OutputFile) throws(StoreError) -> Void
  ) throws(StoreError) {
    let unfinished = path(of: name + Self.unfinishedSuffix)
    let file = try OutputFile(path: unfinished)
    do throws(StoreError) {
      try write(file)
      try file.finish()
    } catch {
      unlink(unfinished)
      throw error
    }
    guard rename(unfinished, path(of: name)) == 0 else { throw Self.failure(path(of: name), "rename") }
  }

  /// Removes all files but the lock, the manifest and those named in `names`. What cannot be removed stays.
  func removeAll(but names: Set<String>) {
    guard let folder = opendir(path) else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      let isOurs = [Self.unfinishedSuffix, ColumnCache.partitionSuffix, ColumnCache.dictionarySuffix]
        .contains { name.hasSuffix($0) }
      if isOurs, !names.contains(name) { unlink(path(of: name)) }
    }
  }

  private func makeFolders() throws(StoreError) {
    if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw Self.failure(path, "make the folder") }
    for index in path.indices.dropFirst() where path[index] == "/" {
      let parent = String(path[..<index])
      if mkdir(parent, 0o755) != 0, errno != EEXIST { throw Self.failure(parent, "make the folder") }
    }
    if mkdir(path, 0o755) != 0, errno != EEXIST { throw Self.failure(path, "make the folder") }
  }

  private static func failure(_ path: String, _ operation: String) -> StoreError {
    .inputOutput(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
