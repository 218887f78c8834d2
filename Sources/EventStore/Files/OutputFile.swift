import System

/// A new file, written sequentially.
final class OutputFile {
  private let path: String
  private var descriptor: CInt

  /// - Parameters:
  ///   - descriptor: the file, which this object closes.
  ///   - path: for error messages.
  init(_ descriptor: CInt, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func write(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
    guard writeAll(descriptor, bytes) else { throw failure("write") }
  }

  func write(_ bytes: [UInt8]) throws(StoreError) {
    try bytes.withUnsafeBytes { bytes in Result { () throws(StoreError) in try write(bytes) } }.get()
  }

  /// Waits until the file is on disk.
  func synchronize() throws(StoreError) {
    guard fsync(descriptor) == 0 else { throw failure("write") }
  }

  /// Closes the file. Some file systems report only now that the disk is full.
  func finish() throws(StoreError) {
    defer { descriptor = -1 }
    if close(descriptor) != 0, errno != EINTR { throw failure("write") }
  }

  private func failure(_ operation: String) -> StoreError {
    .inputOutput(path: path, operation: operation, reason: String(cString: strerror(errno)))
  }
}
