import System

/// The folder of a cache, opened and found trustworthy. Its files are reached through its descriptor and never by a
/// path, so that it makes no difference what becomes of the path meanwhile; links among them are never followed.
///
/// Whoever writes holds the lock, which ends with its process however that ends. So what stands in the folder
/// without belonging to the manifest is either being written by the holder, or was left behind by one that
/// was killed.
final class OpenCacheFolder: Sendable {
  private static let unfinishedSuffix = ".unfinished"

  let path: String
  let access: CacheAccess
  private let descriptor: CInt

  /// Throws `inputOutput` if it cannot be opened, is reached by a link, or may hold what others have planted. The
  /// folders that it is in may be reached by links.
  ///
  /// - Parameter closesToOthers: Whether a folder of one's own that others may write to, such as one of a store that
  ///   they could write to until lately, is emptied and closed to them. Only who makes the columns again may say so.
  init(path: String, _ access: CacheAccess, closesToOthers: Bool = false) throws(StoreError) {
    self.path = path
    self.access = access
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      var status = stat()
      let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
      let reason = isLink ? "it is a symbolic link, which is not followed" : String(cString: strerror(code))
      throw Self.failure(path, "open", reason)
    }
    var status = stat()
    var reason =
      fstat(descriptor, &status) == 0 ? access.distrust(of: status) : String(cString: strerror(errno))
    if reason != nil, closesToOthers, access.isOwn(status), access.apply(to: descriptor, isFolder: true) {
      // What they have put there stays theirs until it is gone.
      removeAll(but: [], withManifest: true)
      reason =
        fstat(descriptor, &status) == 0 ? access.distrust(of: status) : String(cString: strerror(errno))
    }
    if let reason { throw Self.failure(path, "use", reason) }
    access.tighten(folder: descriptor, status)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// Gives the folder, which this process has just made, its owner and its permissions.
  func applyAccess() throws(StoreError) {
    guard access.apply(to: descriptor, isFolder: true) else { throw failure("", "set the permissions") }
  }

  /// Opens a file that is there; negative, with `errno`, where that fails. It does not wait for the other end of a
  /// pipe, nor follow a link.
  func openFile(_ name: String, _ flags: CInt = O_RDONLY) -> CInt {
    openat(descriptor, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// Makes a file; negative, with `errno`, if there is something of that name.
  func makeFile(_ name: String, _ flags: CInt) -> CInt {
    let file = openat(descriptor, name, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    if file >= 0, !access.apply(to: file, isFolder: false) {
      let code = errno
      close(file)
      unlinkat(descriptor, name, 0)
      errno = code
      return -1
    }
    return file
  }

  /// Which file has the name, and how it is; nil if none has.
  func identity(of name: String) -> FileIdentity? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return FileIdentity(status)
  }

  /// Puts a file that `write` fills under `name`, all at once. Only the holder of the lock may.
  func replace(
    _ name: String, _ write: (OutputFile) throws(StoreError) -> Void
  ) throws(StoreError) {
    let unfinished = name + Self.unfinishedSuffix
    // A process that was killed may have left one behind; a link is removed, not what it leads to.
    unlinkat(descriptor, unfinished, 0)
    let file = makeFile(unfinished, O_WRONLY)
    guard file >= 0 else { throw failure(unfinished, "write") }
    let output = OutputFile(file, path: path(of: unfinished))
    do throws(StoreError) {
      try write(output)
      try output.finish()
    } catch {
      unlinkat(descriptor, unfinished, 0)
      throw error
    }
    guard renameat(descriptor, unfinished, descriptor, name) == 0 else {
      let failure = failure(name, "rename")
      unlinkat(descriptor, unfinished, 0)
      throw failure
    }
  }

  /// Removes all files but the lock, the manifest and those named in `names`. What cannot be removed stays.
  ///
  /// - Parameter withManifest: Whether manifest and lock are removed, too.
  func removeAll(but names: Set<String>, withManifest: Bool = false) {
    // Another descriptor, since a place in the folder belongs to it.
    let listed = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard listed >= 0 else { return }
    guard let stream = fdopendir(listed) else {
      close(listed)
      return
    }
    defer { closedir(stream) }
    let suffixes = [Self.unfinishedSuffix, ColumnCache.partitionSuffix, ColumnCache.dictionarySuffix]
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      let isOurs =
        suffixes.contains { name.hasSuffix($0) }
        || withManifest && (name == CacheFolder.manifestName || name == CacheLock.name)
      if isOurs, !names.contains(name) { unlinkat(descriptor, name, 0) }
    }
  }

  private func failure(_ name: String, _ operation: String) -> StoreError {
    Self.failure(name.isEmpty ? path : path(of: name), operation, String(cString: strerror(errno)))
  }

  private static func failure(_ path: String, _ operation: String, _ reason: String) -> StoreError {
    .inputOutput(path: path, operation: operation, reason: reason)
  }
}
