#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder that a column cache is in, there or not.
struct CacheFolder: Equatable {
  static let manifestName = "manifest"

  let path: String
  /// The files that the columns are made from: who may use those may use the cache.
  let sources: [String]

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// The folder as it is found; nil where there is none, or none whose content can be trusted.
  func open() -> OpenCacheFolder? {
    try? OpenCacheFolder(path: path, CacheAccess(sources: sources))
  }

  /// Makes the folder, and what it is in, where it is missing, and takes the lock; nil where another process has it.
  ///
  /// Throws `inputOutput` where nothing can be written, or the content of the folder cannot be trusted.
  func lock() throws(StoreError) -> CacheLock? {
    let access = CacheAccess(sources: sources)
    let isNew = try make(access)
    let folder = try OpenCacheFolder(path: path, access)
    if isNew { try folder.applyAccess() }
    return try CacheLock(folder)
  }

  /// Whether the folder was made just now.
  private func make(_ access: CacheAccess) throws(StoreError) -> Bool {
    if mkdir(path, 0o700) == 0 { return true }
    if errno == EEXIST { return false }
    guard errno == ENOENT else { throw failure(path) }
    for index in path.indices.dropFirst() where path[index] == "/" {
      let parent = String(path[..<index])
      if mkdir(parent, access.folderMode) != 0, errno != EEXIST { throw failure(parent) }
    }
    if mkdir(path, 0o700) == 0 { return true }
    if errno == EEXIST { return false }
    throw failure(path)
  }

  private func failure(_ path: String) -> StoreError {
    .inputOutput(path: path, operation: "make the folder", reason: String(cString: strerror(errno)))
  }
}
