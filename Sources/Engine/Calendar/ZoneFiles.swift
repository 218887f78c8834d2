import System

/// Why a file that is there cannot be read.
enum FileReadingError: Error, CustomStringConvertible {
  case system(errno: Int32)
  case notAFile
  case tooLarge(limit: Int)

  var description: String {
    switch self {
    case .system(let code): String(cString: strerror(code))
    case .notAFile: "not a file"
    case .tooLarge(let limit): "larger than \(limit) bytes"
    }
  }
}

/// The bytes of a regular file; nil where there is none of that path.
func contents(ofFile path: String, limit: Int) throws(FileReadingError) -> [UInt8]? {
  // Without waiting: what stands there may be a pipe that nobody writes into.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw .system(errno: errno)
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
  if status.st_mode & S_IFMT == S_IFDIR { return nil }
  guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
  guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
  return try contents(of: descriptor, count: Int(status.st_size))
}

private func contents(of descriptor: Int32, count: Int) throws(FileReadingError) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: count)
  var filled = 0
  while filled < count {
    // Sound: the address and the count are of the rest of the buffer.
    let got = bytes.withUnsafeMutableBytes {
      read(descriptor, $0.baseAddress?.advanced(by: filled), count - filled)
    }
    if got < 0 && errno == EINTR { continue }
    guard got >= 0 else { throw .system(errno: errno) }
    if got == 0 { break }
    filled += got
  }
  bytes.removeLast(count - filled)
  return bytes
}

/// The names of all zones in a directory, such as `Europe/Berlin`; none where it cannot be read.
func zoneNames(in directory: String) -> [String] {
  var names: [String] = []
  collectZoneNames(in: directory, prefix: "", into: &names)
  return names
}

private func collectZoneNames(in directory: String, prefix: String, into names: inout [String]) {
  for entry in entries(of: directory) where TimeZoneDatabase.isName(prefix + entry) {
    let count = names.count
    collectZoneNames(in: "\(directory)/\(entry)", prefix: "\(prefix)\(entry)/", into: &names)
    // What has no zones below it is one.
    if names.count == count { names.append(prefix + entry) }
  }
}

private func entries(of directory: String) -> [String] {
  guard let stream = opendir(directory) else { return [] }
  defer { closedir(stream) }
  var entries: [String] = []
  while let entry = readdir(stream) {
    // Sound: the name ends with a zero inside the entry, which lives until the next call.
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    entries.append(name)
  }
  return entries
}
