/// Reads whole files and lists folders. Code that needs files but must not access the file system directly
/// takes a value of this type.
public struct FileReader: Sendable {
  /// Returns the bytes of the regular file at a path, at most `limit`; nil if it does not exist or is a
  /// folder.
  public let contents: @Sendable (_ path: String, _ limit: Int) throws(FileReadingError) -> [UInt8]?
  /// Returns the names in a folder, in no particular order; none if it cannot be read.
  public let names: @Sendable (_ folder: String) -> [String]

  public init(
    contents: @escaping @Sendable (_ path: String, _ limit: Int) throws(FileReadingError) -> [UInt8]?,
    names: @escaping @Sendable (_ folder: String) -> [String]
  ) {
    self.contents = contents
    self.names = names
  }

  /// The files of the operating system.
  public static let system = FileReader(
    contents: { path, limit throws(FileReadingError) in try contentsOfFile(at: path, limit: limit) },
    names: entries)
}

/// The reason why an existing file cannot be read.
public enum FileReadingError: Error, CustomStringConvertible {
  /// The operating system reported an error.
  case system(errno: Int32)
  /// A pipe, a device or a socket.
  case notAFile
  /// The file has more than `limit` bytes.
  case tooLarge(limit: Int)

  public var description: String {
    switch self {
    case .system(let code): String(cString: strerror(code))
    case .notAFile: "not a file"
    case .tooLarge(let limit): "larger than \(limit) bytes"
    }
  }
}

private func contentsOfFile(at path: String, limit: Int) throws(FileReadingError) -> [UInt8]? {
  // Non-blocking, because the path may be that of a pipe without a writer.
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
  var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
  // Sound: the buffer is the array's own.
  guard let count = bytes.withUnsafeMutableBytes({ readAll(descriptor, into: $0) }) else {
    throw .system(errno: errno)
  }
  bytes.removeLast(bytes.count - count)
  return bytes
}

/// The names of the entries of a folder, in no order; none if it cannot be read.
public func entries(of folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var entries: [String] = []
  while let entry = readdir(stream) {
    // Sound: the name is zero-terminated within the entry, which is valid until the next call.
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    entries.append(name)
  }
  return entries
}
