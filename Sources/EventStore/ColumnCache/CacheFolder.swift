import System

/// The directory of a column cache, which may not exist yet.
struct CacheFolder: Equatable {
  static let manifestName = "manifest"

  let path: String
  /// The files from which the columns are built: users who may use them may use the cache.
  let sources: [String]

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// Opens the directory; nil if it does not exist or its contents cannot be trusted.
  func open() -> OpenCacheFolder? {
    try? OpenCacheFolder(path: path, CacheAccess(sources: sources))
  }

  /// Creates the directory and its parents if they are missing, and takes the lock; nil if another process
  /// holds the lock.
  ///
  /// Throws `inputOutput` if nothing can be written, or if the contents of the directory cannot be trusted.
  func lock() throws(StoreError) -> CacheLock? {
    let access = CacheAccess(sources: sources)
    var status = stat()
    // A symbolic link counts as existing, and is not followed.
    if lstat(path, &status) != 0, errno == ENOENT { try make(access) }
    return try CacheLock(OpenCacheFolder(path: path, access, revokesOtherAccess: true))
  }

  /// Creates the directory under a temporary name, and renames it once owner and permissions are set: if this
  /// process, such as root's, is killed in between, it must not leave a directory that the owner of the store
  /// cannot use.
  private func make(_ access: CacheAccess) throws(StoreError) {
    let unfinished = try makeUnfinished(access)
    do throws(StoreError) {
      let folder = try OpenCacheFolder(path: unfinished, access)
      try folder.applyAccess()
      // With the lock file the directory is not empty, so that rename cannot replace it by one that another
      // process creates at the same moment.
      let lock = folder.makeFile(CacheLock.name, O_RDWR)
      guard lock >= 0 else { throw failure(unfinished, errno) }
      close(lock)
    } catch {
      remove(unfinished: unfinished)
      throw error
    }
    guard rename(unfinished, path) != 0 else { return }
    let code = errno
    remove(unfinished: unfinished)
    // Another process may have created it at the same moment.
    var status = stat()
    if lstat(path, &status) != 0 { throw failure(path, code) }
  }

  private func remove(unfinished folder: String) {
    unlink("\(folder)/\(CacheLock.name)")
    rmdir(folder)
  }

  /// Creates an empty directory next to the final one, and the parents of both.
  private func makeUnfinished(_ access: CacheAccess) throws(StoreError) -> String {
    if let made = makeTemporaryFolder() { return made }
    guard errno == ENOENT else { throw failure(path, errno) }
    for index in path.indices.dropFirst() where path[index] == "/" {
      let parent = String(path[..<index])
      if mkdir(parent, access.folderMode) != 0, errno != EEXIST { throw failure(parent, errno) }
    }
    if let made = makeTemporaryFolder() { return made }
    throw failure(path, errno)
  }

  /// Nil, with `errno`, if it cannot be created.
  private func makeTemporaryFolder() -> String? {
    var name = Array("\(path).unfinished-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { return nil }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
  }

  private func failure(_ path: String, _ code: CInt) -> StoreError {
    .inputOutput(path: path, operation: "create the directory", reason: String(cString: strerror(code)))
  }
}
