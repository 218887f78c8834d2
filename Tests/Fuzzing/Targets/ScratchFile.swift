import System

/// A file that takes one content after the other; gone with this object.
final class ScratchFile {
  let path: String
  let descriptor: Int32

  struct CannotBeMade: Error { let errno: Int32 }

  init() throws(CannotBeMade) {
    var template = Array("/tmp/footfall-fuzzing-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress.unsafelyUnwrapped) }
    guard descriptor >= 0 else { throw CannotBeMade(errno: errno) }
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  /// Makes these bytes the whole content, and goes to its beginning.
  func replace(_ bytes: [UInt8]) {
    var written = 0
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { fatalError("no scratch") }
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { fatalError("no room for a scratch file") }
      written += count
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  /// The whole content.
  func read() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(lseek(descriptor, 0, SEEK_END)))
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count == bytes.count else { fatalError("no scratch file") }
    return bytes
  }
}
