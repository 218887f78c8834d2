#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of the cache in memory: read at once where it is small; else mapped, so that pages come as they are
/// touched. Nobody writes to such a file, it is only ever replaced by another, so the bytes never change but by
/// accident.
final class CacheFile: @unchecked Sendable {
  /// What was read is out of the way of accidents, so no request has to ask about it. This is some ten thousand
  /// events: beside a report over more than that, the question costs next to nothing.
  static let maximumBytesRead = 1 << 18

  let path: String
  /// Valid as long as this lives.
  let bytes: UnsafeRawBufferPointer
  /// How the file was when it was mapped; nil where it was read.
  private let mapped: FileIdentity?

  /// Throws `missing` where it cannot be opened, `damaged` where nothing can be read.
  init(path: String) throws(ColumnCacheError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .missing(path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      throw .damaged(path: path)
    }
    let count = Int(status.st_size)
    let isMapped = count > Self.maximumBytesRead
    guard let bytes = isMapped ? Self.map(descriptor, count) : Self.read(descriptor, count) else {
      throw .damaged(path: path)
    }
    self.path = path
    self.bytes = bytes
    mapped = isMapped ? FileIdentity(status) : nil
  }

  /// Whether something that happens to the file happens to ``bytes``.
  var isMapped: Bool { mapped != nil }

  /// Whether an accident has happened to a mapped file: under its name, the file is another length than it was,
  /// or was written to. One that was removed or replaced stays what it is for those who have it in memory.
  var isSpoilt: Bool {
    guard let mapped, let now = FileIdentity(path: path), now.inode == mapped.inode,
      now.device == mapped.device
    else { return false }
    return now.byteCount != mapped.byteCount || now.modified != mapped.modified
  }

  /// A copy of the bytes.
  func copy() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  deinit {
    if isMapped {
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    } else {
      bytes.deallocate()
    }
  }

  private static func map(_ descriptor: CInt, _ count: Int) -> UnsafeRawBufferPointer? {
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Nil where there are fewer bytes.
  private static func read(_ descriptor: CInt, _ count: Int) -> UnsafeRawBufferPointer? {
    let start = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: ColumnFile.alignment)
    var filled = 0
    while filled < count {
      let received = pread(descriptor, start + filled, count - filled, off_t(filled))
      if received < 0, errno == EINTR { continue }
      guard received > 0 else {
        start.deallocate()
        return nil
      }
      filled += received
    }
    return UnsafeRawBufferPointer(start: start, count: count)
  }
}
