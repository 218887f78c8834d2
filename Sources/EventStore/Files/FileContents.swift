import Engine
import System

/// The bytes of a file: mapped where the file lets itself be mapped, read where it does not (a pipe).
final class FileContents {
  let path: String
  /// Valid as long as this object lives, which whoever looks at them has to see to.
  let bytes: Bytes
  /// Which file it is and how it was when it was opened; nil for a pipe.
  let identity: FileIdentity?
  /// That of a mapped file, to be asked about it; nil for what was read.
  private let descriptor: CInt?

  /// Whether the bytes begin as every SQLite 3 file does.
  var isSQLite: Bool { bytes.starts(with: "SQLite format 3\0".utf8) }

  /// Throws `damaged` if an SQLite file does not end with a page: then it was truncated. SQLite itself
  /// takes what is missing of the last page for zeros.
  func checkSQLiteLength() throws(StoreError) {
    let headerSize = 100
    guard bytes.count >= headerSize else {
      throw .damaged(path: path, sentence: "it is shorter than the header of an SQLite file")
    }
    // Big-endian, with 1 for 65,536 (SQLite's file format, section 1.3.2).
    let stored = Int(bytes[16]) << 8 | Int(bytes[17])
    let pageSize = stored == 1 ? 65_536 : stored
    guard pageSize > 0, bytes.count.isMultiple(of: pageSize) else {
      throw .damaged(
        path: path, sentence: "its length is not a multiple of its page size; it may be truncated")
    }
  }

  /// Whether there is something at `path` that is neither a file nor a folder: a pipe, which gives no bytes until
  /// somebody writes into it, or a device.
  static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// Throws `noSuchFile`, `isDirectory` or `inputOutput`.
  init(path: String) throws(StoreError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, "open") }
    var keepsOpen = false
    defer { if !keepsOpen { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, "open") }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .isDirectory(path: path) }

    self.path = path
    identity = kind == S_IFREG ? FileIdentity(status) : nil
    if kind == S_IFREG, status.st_size > 0, let mapped = Self.map(descriptor, Int(status.st_size)) {
      bytes = mapped
      keepsOpen = true
      self.descriptor = descriptor
    } else {
      bytes = try Self.readAll(descriptor, path)
      self.descriptor = nil
    }
  }

  deinit {
    guard let start = bytes.baseAddress else { return }
    if let descriptor {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
      close(descriptor)
    } else {
      start.deallocate()
    }
  }

  /// Throws `inputOutput` if the bytes may not be those of the file as it was when it was opened, because
  /// it was cut short or written over meanwhile. What was added at its end does not count, and neither does
  /// that the name stands for another file now.
  func checkUnchanged() throws(StoreError) {
    guard let descriptor, let identity else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, "read") }
    let now = FileIdentity(status)
    func changed(_ how: String) -> StoreError {
      .inputOutput(path: path, operation: "read", reason: "the file was \(how) while it was read; try again")
    }
    if now.byteCount < identity.byteCount { throw changed("truncated") }
    if now.byteCount == identity.byteCount, now.modified != identity.modified {
      throw changed("written to")
    }
  }

  /// Lets the memory behind `range` go, which is not looked at soon: it is read from the file again when
  /// it is. What was read from a pipe stays.
  func release(_ range: Range<Int>) {
    guard descriptor != nil, let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let first = range.lowerBound / page * page
    let last = min(range.upperBound, bytes.count)
    // Sound: the mapping is read-only, so what is dropped is what stands in the file.
    if first < last { madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED) }
  }

  /// Sound: the mapping is private, read-only and as long as the file was when it was made; it is undone
  /// in `deinit` only. What another process cuts off meanwhile reads as zeros (``mapTruncatedPagesToZeros()``).
  private static func map(_ descriptor: CInt, _ size: Int) -> Bytes? {
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    madvise(start, size, MADV_SEQUENTIAL)
    return Bytes(start: start.assumingMemoryBound(to: UInt8.self), count: size)
  }

  private static func readAll(_ descriptor: CInt, _ path: String) throws(StoreError) -> Bytes {
    var capacity = 1 << 16
    var start = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    var count = 0
    while true {
      if count == capacity {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
        larger.update(from: start, count: count)
        start.deallocate()
        start = larger
        capacity *= 2
      }
      let received = read(descriptor, start + count, capacity - count)
      if received == 0 { return Bytes(start: start, count: count) }
      if received < 0, errno == EINTR { continue }
      guard received > 0 else {
        let failure = failure(path, "read")
        start.deallocate()
        throw failure
      }
      count += received
    }
  }

  private static func failure(_ path: String, _ operation: String) -> StoreError {
    let code = errno
    if code == ENOENT || code == ENOTDIR { return .noSuchFile(path: path) }
    return .inputOutput(path: path, operation: operation, reason: String(cString: strerror(code)))
  }
}
