import System

/// A cache file in memory. A small file is read at once; a large one is mapped, so that its pages are loaded
/// when they are first touched. Cache files are never written in place, only replaced, so the bytes change
/// only by accident.
final class CacheFile: @unchecked Sendable {
  /// A file that was read into memory is safe from accidents, so requests do not check it. The limit
  /// corresponds to about ten thousand events: for a report over more events the check costs next to nothing.
  static let maximumBytesRead = 1 << 18

  let path: String
  /// Valid for the lifetime of this object.
  let bytes: UnsafeRawBufferPointer
  /// The state of the file when it was mapped, and where it was found; nil if it was read.
  private let mapped: (identity: FileIdentity, name: String, folder: OpenCacheFolder)?

  /// - Parameter map: maps this many bytes of a file; returns nil if mapping fails, as in some file systems.
  ///   In that case the file is read.
  ///
  /// Throws `missing` if the file cannot be opened or memory is insufficient, `untrusted` if another user may
  /// have planted it, `damaged` if it cannot be read.
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
    if let reason = folder.access.reasonForDistrust(of: status) {
      throw .untrusted(path: path, reason: reason)
    }
    if count > Self.maximumBytesRead, let bytes = map(descriptor, count) {
      self.bytes = bytes
      mapped = (FileIdentity(status), name, folder)
      return
    }
    bytes = try Self.read(descriptor, count, path)
    mapped = nil
  }

  /// Whether a change to the file changes ``bytes``.
  var isMapped: Bool { mapped != nil }

  /// Whether a mapped file was modified by accident: the file under its name has another length or
  /// modification time than when it was mapped. A file that was deleted or replaced stays valid for the
  /// processes that have mapped it.
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

  /// Throws `damaged` if the file has fewer bytes.
  private static func read(
    _ descriptor: CInt, _ count: Int, _ path: String
  ) throws(ColumnCacheError) -> UnsafeRawBufferPointer {
    var memory: UnsafeMutableRawPointer?
    // The file may be large if the file system does not support mapping.
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
