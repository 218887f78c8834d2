import Engine
import System

/// The bytes of a file: mapped if the file can be mapped, otherwise read into memory (a pipe).
final class FileContents {
  let path: String
  /// Valid for the lifetime of this object, which the user of the bytes has to ensure.
  let bytes: Bytes
  /// The identity and state of the file when it was opened; nil for a pipe.
  let identity: FileIdentity?
  /// The descriptor of the mapped file; nil if the bytes are in memory.
  let descriptor: CInt?
  /// Whether the bytes are a copy, which nobody else can change.
  private let isCopy: Bool

  /// Whether the bytes begin with the header string of an SQLite 3 file.
  var isSQLite: Bool { FileFormat(magicNumberOf: bytes) == .sqlite }

  /// Where the text begins: after UTF-8's byte order mark, if there is one.
  var textStart: Int { bytes.starts(with: FileFormat.byteOrderMark) ? FileFormat.byteOrderMark.count : 0 }

  /// Throws `damaged` if the length of an SQLite file is not a whole number of pages, because then it was
  /// truncated. SQLite itself would read the missing part of the last page as zeros.
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

  /// Whether `path` is neither a file nor a directory, but a device or a pipe, which blocks until a writer
  /// sends data.
  static func isSpecial(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
  }

  /// The path that means stdin.
  static let standardInput = "-"

  /// Throws `noSuchFile`, `isDirectory` or `inputOutput`.
  init(path: String, _ resources: ReadingResources = ReadingResources()) throws(StoreError) {
    if path == Self.standardInput {
      self.path = "stdin"
      identity = nil
      isCopy = true
      var status = stat()
      if fstat(STDIN_FILENO, &status) == 0 { try Self.refuseDevice(STDIN_FILENO, status, "stdin") }
      (bytes, descriptor) = try Self.readAll(STDIN_FILENO, "stdin", resources)
      return
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, "open") }
    var keepsOpen = false
    defer { if !keepsOpen { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw Self.failure(path, "open") }
    let kind = status.st_mode & S_IFMT
    if kind == S_IFDIR { throw .isDirectory(path: path) }
    try Self.refuseDevice(descriptor, status, path)

    self.path = path
    isCopy = false
    identity = kind == S_IFREG ? FileIdentity(status) : nil
    if kind == S_IFREG, status.st_size > 0, let mapped = Self.map(descriptor, Int(status.st_size)) {
      bytes = mapped
      keepsOpen = true
      self.descriptor = descriptor
    } else {
      (bytes, self.descriptor) = try Self.readAll(descriptor, path, resources)
    }
  }

  /// Bytes that were made from those of the file at `path`, which has this identity.
  init(path: String, _ spool: consuming Spool, identity: FileIdentity?) throws(StoreError) {
    self.path = path
    self.identity = identity
    isCopy = true
    (bytes, descriptor) = try spool.finish()
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

  /// Throws `inputOutput` if the bytes may differ from the file as it was when it was opened, because it was
  /// truncated or overwritten meanwhile. Appended data does not count, and neither does another file under
  /// the same name.
  func checkUnchanged() throws(StoreError) {
    guard !isCopy, let descriptor, let identity else { return }
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

  /// Releases the memory of `range`, which is not needed soon; a later access reads it from the file again.
  /// Has no effect on data from a pipe.
  func release(_ range: Range<Int>) {
    guard descriptor != nil, let start = bytes.baseAddress else { return }
    let page = Int(getpagesize())
    let first = range.lowerBound / page * page
    let last = min(range.upperBound, bytes.count)
    // Sound: the mapping is read-only, so the released memory has the same contents as the file.
    if first < last { madvise(UnsafeMutableRawPointer(mutating: start + first), last - first, MADV_DONTNEED) }
  }

  /// Sound: the mapping is private, read-only and as long as the file was when it was mapped, and is removed
  /// only in `deinit`. If another process truncates the file meanwhile, the missing part reads as zeros
  /// (``mapTruncatedPagesToZeros()``).
  static func map(_ descriptor: CInt, _ size: Int) -> Bytes? {
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      return nil
    }
    madvise(start, size, MADV_SEQUENTIAL)
    return Bytes(start: start.assumingMemoryBound(to: UInt8.self), count: size)
  }

  /// Throws `unusableFile` for a device that has data without end: any but a terminal and one without data, such as
  /// `/dev/null`.
  private static func refuseDevice(
    _ descriptor: CInt, _ status: stat, _ path: String
  ) throws(StoreError) {
    switch status.st_mode & S_IFMT {
    case S_IFBLK: break
    case S_IFCHR:
      if isatty(descriptor) != 0 { return }
      var byte: UInt8 = 0
      if read(descriptor, &byte, 1) == 0 { return }
    default: return
    }
    throw .unusableFile(path: path, sentence: "is a device; name a file or a pipe")
  }

  private static func readAll(
    _ descriptor: CInt, _ path: String, _ resources: ReadingResources
  ) throws(StoreError) -> (Bytes, CInt?) {
    var spool = Spool(path: path, in: resources.temporaryFolder)
    try spool.append(contentsOf: descriptor, isCancelled: resources.isCancelled)
    return try spool.finish()
  }

  private static func failure(_ path: String, _ operation: String) -> StoreError {
    let code = errno
    if code == ENOENT || code == ENOTDIR { return .noSuchFile(path: path) }
    return .inputOutput(path: path, operation: operation, reason: String(cString: strerror(code)))
  }
}
