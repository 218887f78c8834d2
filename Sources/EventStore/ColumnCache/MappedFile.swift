#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file of the cache in memory: pages come as they are touched. Nobody writes to such a file, it is only
/// ever replaced by another, so the bytes never change but by accident.
final class MappedFile: @unchecked Sendable {
  let path: String
  /// Valid as long as this lives.
  let bytes: UnsafeRawBufferPointer
  private let identity: FileIdentity

  init(path: String) throws(ColumnCacheError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .missing(path: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
      throw .damaged(path: path)
    }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw .damaged(path: path)
    }
    self.path = path
    identity = FileIdentity(status)
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Whether an accident has happened: under its name, the file is another length than it was, or was written
  /// to. One that was removed or replaced stays what it is for those who have it in memory.
  var isSpoilt: Bool {
    guard let now = FileIdentity(path: path), now.inode == identity.inode, now.device == identity.device
    else { return false }
    return now.byteCount != identity.byteCount || now.modifiedNanoseconds != identity.modifiedNanoseconds
  }

  /// A copy of the bytes.
  func copy() -> [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
