import System

/// A folder for files; gone with this object.
final class ScratchFolder {
  let path: String

  init() throws(ScratchFile.CannotBeMade) {
    var template = Array("/tmp/footfall-fuzzing-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw ScratchFile.CannotBeMade(errno: errno) }
    path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress.unsafelyUnwrapped) }
  }

  deinit { Self.remove(path) }

  /// Puts a file with these bytes in the place of the one that is there, and gives its path.
  func write(_ name: String, _ bytes: [UInt8]) -> String {
    let path = "\(path)/\(name)"
    unlink(path)
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard file >= 0 else { fatalError("no file \(path)") }
    defer { close(file) }
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
      guard count > 0 else { fatalError("no room for \(path)") }
      written += count
    }
    return path
  }

  private static func remove(_ path: String) {
    if let stream = opendir(path) {
      while let entry = readdir(stream) {
        // Sound: the name ends with a zero inside the entry, which lives until the next call.
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { remove("\(path)/\(name)") }
      }
      closedir(stream)
      rmdir(path)
    } else {
      unlink(path)
    }
  }
}

private func systemWrite(_ file: CInt, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(file, start, count)
}
