import Engine
import System

/// Bytes without a file of their own: in memory up to a limit, beyond it in a temporary file without a name, which
/// is mapped. So memory stays bounded however long the bytes are; the disk's space is the only limit.
struct Spool: ~Copyable {
  /// Up to how many bytes are kept in memory.
  static let memoryBytes = 64 << 20

  private let path: String
  private let folder: String
  private let memoryBytes: Int
  private var memory: [UInt8] = []
  private var file: CInt = -1
  private var count = 0

  /// - Parameters:
  ///   - path: whose bytes they are, for messages.
  ///   - folder: the folder of the temporary file.
  init(path: String, in folder: String, memoryBytes: Int = Self.memoryBytes) {
    self.path = path
    self.folder = folder
    self.memoryBytes = memoryBytes
  }

  deinit {
    if file >= 0 { close(file) }
  }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    count += bytes.count
    if file < 0, memory.count + bytes.count <= memoryBytes {
      memory.append(contentsOf: bytes)
      return
    }
    if file < 0 {
      file = try Self.temporaryFile(path, in: folder)
      guard writeAll(file, memory) else { throw failure() }
      memory = []
    }
    guard writeAll(file, bytes) else { throw failure() }
  }

  /// How many NULs at the start show that there is no text, and perhaps no end.
  static let refusedNULs = 4096

  /// Appends all that can be read from `descriptor`. Throws `unusableFile` if it begins with ``refusedNULs``.
  mutating func append(
    contentsOf descriptor: CInt, isCancelled: () -> Bool
  ) throws(StoreError) {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
    defer { block.deallocate() }
    var isExamined = false
    while !isCancelled() {
      let received = read(descriptor, block.baseAddress, block.count)
      if received == 0 { return }
      if received < 0, errno == EINTR { continue }
      guard received > 0 else {
        throw .inputOutput(path: path, operation: "read", reason: String(cString: strerror(errno)))
      }
      try append(UnsafeRawBufferPointer(rebasing: block[..<received]))
      if !isExamined, count >= Self.refusedNULs {
        isExamined = true
        if memory.count >= Self.refusedNULs, memory.prefix(Self.refusedNULs).allSatisfy({ $0 == 0 }) {
          throw .unusableFile(
            path: path, sentence: "begins with NUL bytes; it is neither text nor compressed")
        }
      }
    }
    throw .cancelled
  }

  /// The bytes, and the descriptor of the file that they are mapped from, if they are.
  consuming func finish() throws(StoreError) -> (bytes: Bytes, descriptor: CInt?) {
    guard file >= 0 else {
      let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(memory.count, 1))
      _ = copy.initialize(fromContentsOf: memory)
      return (Bytes(start: copy.baseAddress, count: memory.count), nil)
    }
    guard let mapped = FileContents.map(file, count) else { throw failure() }
    let descriptor = file
    file = -1
    return (mapped, descriptor)
  }

  private func failure() -> StoreError {
    .inputOutput(
      path: path, operation: "copy it into a temporary file",
      reason: "\(String(cString: strerror(errno))); TMPDIR names another folder for temporary files")
  }

  /// A new file that has no name any more.
  static func temporaryFile(_ path: String, in folder: String) throws(StoreError) -> CInt {
    var template = Array("\(folder)/footfall-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else {
      throw .inputOutput(
        path: path, operation: "make a temporary file in \(folder)",
        reason: "\(String(cString: strerror(errno))); TMPDIR names another folder")
    }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }
}
