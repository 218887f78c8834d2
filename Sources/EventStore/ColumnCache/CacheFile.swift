import System

/// A file of the cache in memory: read at once if it is small; else mapped, so that pages come as they are
/// touched. Nobody writes to such a file, it is only ever replaced by another, so the bytes never change but by
/// accident.
final class CacheFile: @unchecked Sendable {
  /// What was read is out of the way of accidents, so no request has to ask about it. This is some ten thousand
  /// events: beside a report over more than that, the question costs next to nothing.
  static let maximumBytesRead = 1 << 18

  let path: String
  /// Valid as long as this lives.
  let bytes: UnsafeRawBufferPointer
  /// How the file was when it was mapped, and where it was found; nil if it was read.
  private let mapped: (identity: FileIdentity, name: String, folder: OpenCacheFolder)?

  /// - Parameter map: maps so many bytes of a file; nil if that cannot be done, as in some file systems. The file is
  ///   read then.
  ///
  /// Throws `missing` if it cannot be opened or there is no memory for it, `untrusted` if somebody else may have
  /// planted it, `damaged` if nothing can be read.
  init(
    _ name: String, in folder: OpenCacheFolder,
    map: (CInt, Int) -> UnsafeRawBufferPointer? = CacheFile.map
  ) throws(ColumnCacheError) {
    path = folder.path(of: name)
    let descriptor = folder.openFile(name)
    guard descriptor >= 0 else {
      throw errno == ELOOP ? .untrusted(path: path, reason: "it is a symbolic link") : .missing(path: path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
      let count = Int(exactly: status.st_size)
    else { throw .damaged(path: path) }
    if let reason = folder.access.distrust(of: status) { throw .untrusted(path: path, reason: reason) }
    if count > Self.maximumBytesRead, let bytes = map(descriptor, count) {
      self.bytes = bytes
      mapped = (FileIdentity(status), name, folder)
      return
    }
    bytes = try Self.read(descriptor, count, path)
    mapped = nil
  }

  /// Whether something that happens to the file happens to ``bytes``.
  var isMapped: Bool { mapped != nil }

  /// Whether an accident has happened to a mapped file: under its name, the file is another length than it was,
  /// or was written to. One that was removed or replaced stays what it is for those who have it in memory.
  var wasModifiedInPlace: Bool {
    guard let mapped, let now = mapped.folder.identity(of: mapped.name),
      now.inode == mapped.identity.inode, now.device == mapped.identity.device
    else { return false }
    return now.byteCount != mapped.identity.byteCount || now.modified != mapped.identity.modified
  }

  /// A copy of the bytes.
  func copy() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }
  }

  static func map(_ descriptor: CInt, _ count: Int) -> UnsafeRawBufferPointer? {
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Throws `damaged` if there are fewer bytes.
  private static func read(
    _ descriptor: CInt, _ count: Int, _ path: String
  ) throws(ColumnCacheError) -> UnsafeRawBufferPointer {
    var memory: UnsafeMutableRawPointer?
    // Such a file may be large, if nothing can be mapped.
    guard posix_memalign(&memory, ColumnFile.alignment, count) == 0, let start = memory else {
      throw .missing(path: path)
    }
    var filled = 0
    while filled < count {
      let received = pread(descriptor, start + filled, count - filled, off_t(filled))
      if received < 0, errno == EINTR { continue }
      guard received > 0 else {
        free(start)
        throw .damaged(path: path)
      }
      filled += received
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }
}
