import System

/// The directory of a cache, opened and found trustworthy. Its files are accessed through its descriptor,
/// never by a path, so that later changes to the path have no effect. Symbolic links inside it are never
/// followed.
///
/// A writer holds the lock, which is released when its process ends, however it ends. Therefore a file that
/// is not in the manifest is either being written by the lock holder, or was left behind by a holder that was
/// killed.
final class OpenCacheFolder: Sendable {
  private static let unfinishedSuffix = ".unfinished"

  let path: String
  let access: CacheAccess
  private let descriptor: CInt

  /// Throws `inputOutput` if the directory cannot be opened, is a symbolic link, or may contain files planted
  /// by others. Its parents may be reached through links.
  ///
  /// - Parameter revokesOtherAccess: Whether to empty the user's own directory and close it to others if they may
  ///   write to it, for example because they could write to the store until recently. Only a caller that
  ///   rebuilds the columns may pass true.
  init(path: String, _ access: CacheAccess, revokesOtherAccess: Bool = false) throws(StoreError) {
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
      fstat(descriptor, &status) == 0
      ? access.reasonForDistrust(of: status) : String(cString: strerror(errno))
    if reason != nil, revokesOtherAccess, access.isOwn(status), access.apply(to: descriptor, isFolder: true) {
      // Files that others have put there still belong to them, so they are removed.
      removeAll(but: [], withManifest: true)
      reason =
        fstat(descriptor, &status) == 0
        ? access.reasonForDistrust(of: status) : String(cString: strerror(errno))
    }
    if let reason { throw Self.failure(path, "use", reason) }
    access.restrict(folder: descriptor, status)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  func path(of name: String) -> String { "\(path)/\(name)" }

  /// Sets the owner and the permissions of the directory, which this process has just created.
  func applyAccess() throws(StoreError) {
    guard access.apply(to: descriptor, isFolder: true) else { throw failure("", "set the permissions") }
  }

  /// Opens an existing file; returns a negative number, with `errno`, if that fails. Does not block on a
  /// pipe, and does not follow a symbolic link.
  func openFile(_ name: String, _ flags: CInt = O_RDONLY) -> CInt {
    openat(descriptor, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
  }

  /// Creates a file; returns a negative number, with `errno`, if the name is taken.
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

  /// The identity of the file called `name`; nil if there is none.
  func identity(of name: String) -> FileIdentity? {
    var status = stat()
    guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
    return FileIdentity(status)
  }

  /// Creates or atomically replaces the file `name` with the contents that `write` produces. Only the lock
  /// holder may call this.
  func replace(
    _ name: String, _ write: (OutputFile) throws(StoreError) -> Void
  ) throws(StoreError) {
    let unfinished = name + Self.unfinishedSuffix
    // A process that was killed may have left the file behind. If it is a symbolic link, the link is removed,
    // not its target.
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

  /// Removes all files except the lock, the manifest and those in `names`. Files that cannot be removed stay.
  ///
  /// - Parameter withManifest: Whether to remove the manifest and the lock too.
  /// - Returns: Whether no such file is left.
  @discardableResult
  func removeAll(but names: Set<String>, withManifest: Bool = false) -> Bool {
    // A separate descriptor, because reading a directory moves the descriptor's position.
    let listed = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard listed >= 0 else { return false }
    guard let stream = fdopendir(listed) else {
      close(listed)
      return false
    }
    defer { closedir(stream) }
    var isComplete = true
    let suffixes = [Self.unfinishedSuffix, ColumnCache.partitionSuffix, ColumnCache.dictionarySuffix]
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      let isFootfallStore =
        suffixes.contains { name.hasSuffix($0) }
        || withManifest && (name == CacheFolder.manifestName || name == CacheLock.name)
      if isFootfallStore, !names.contains(name), !remove(name) { isComplete = false }
    }
    return isComplete
  }

  /// Removes the manifest and all columns; returns whether none is left. Only the lock holder may call this.
  @discardableResult
  func removeColumns() -> Bool {
    let hasNoManifest = remove(CacheFolder.manifestName)
    return removeAll(but: []) && hasNoManifest
  }

  /// Returns whether the file is gone.
  private func remove(_ name: String) -> Bool {
    unlinkat(descriptor, name, 0) == 0 || errno == ENOENT
  }

  private func failure(_ name: String, _ operation: String) -> StoreError {
    Self.failure(name.isEmpty ? path : path(of: name), operation, String(cString: strerror(errno)))
  }

  private static func failure(_ path: String, _ operation: String, _ reason: String) -> StoreError {
    .inputOutput(path: path, operation: operation, reason: reason)
  }
}
