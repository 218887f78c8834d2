import System

/// The folder that a column cache is in, there or not.
struct CacheFolder: Equatable {
  static let manifestName = "manifest"

  let path: String
  /// The files that the columns are made from: who may use those may use the cache.
  let sources: [String]

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// The folder as it is found; nil if there is none, or none whose content can be trusted.
  func open() -> OpenCacheFolder? {
    try? OpenCacheFolder(path: path, CacheAccess(sources: sources))
  }

  /// Makes the folder, and what it is in, where it is missing, and takes the lock; nil if another process has it.
  ///
  /// Throws `inputOutput` if nothing can be written, or the content of the folder cannot be trusted.
  func lock() throws(StoreError) -> CacheLock? {
    let access = CacheAccess(sources: sources)
    var status = stat()
    // A link is there as well, and is not followed.
    if lstat(path, &status) != 0, errno == ENOENT { try make(access) }
    return try CacheLock(OpenCacheFolder(path: path, access, closesToOthers: true))
  }

  /// Makes the folder under another name, and gives it its own once it has its owner and its permissions: a process that
  /// is killed meanwhile, such as root's, must not leave one that the owner of the store cannot use.
  private func make(_ access: CacheAccess) throws(StoreError) {
    let unfinished = try makeUnfinished(access)
    do throws(StoreError) {
      let folder = try OpenCacheFolder(path: unfinished, access)
      try folder.applyAccess()
      // An empty folder would be replaced by that of a process that makes it at the same moment.
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
    // Another process may have made it at the same moment.
    var status = stat()
    if lstat(path, &status) != 0 { throw failure(path, code) }
  }

  private func remove(unfinished folder: String) {
    unlink("\(folder)/\(CacheLock.name)")
    rmdir(folder)
  }

  /// An empty folder beside the one to be made, and what both are in.
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

  /// Nil, with `errno`, if it cannot be made.
  private func makeTemporaryFolder() -> String? {
    var name = Array("\(path).unfinished-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { return nil }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
  }

  private func failure(_ path: String, _ code: CInt) -> StoreError {
    .inputOutput(path: path, operation: "create the directory", reason: String(cString: strerror(code)))
  }
}
