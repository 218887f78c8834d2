import Engine
import System

extension FileContents {
  /// The decompressed contents of a compressed file; others as they are. The system's program decompresses them.
  ///
  /// Throws `unusableFile` if the program is missing or fails, and `cancelled`. The result has the identity of the
  /// compressed file.
  func decompressed(_ resources: ReadingResources) throws(StoreError) -> FileContents {
    guard case .compressed(let compression)? = FileFormat(magicNumberOf: bytes) else { return self }
    let contents = try decompressed(compression, resources)
    switch FileFormat(magicNumberOf: contents.bytes) {
    case .compressed?:
      throw .unusableFile(
        path: path, sentence: "is compressed twice; decompress it once with \(compression.program) -d")
    case .sqlite?:
      throw .unusableFile(
        path: path,
        sentence: "contains an SQLite file; decompress it with \(compression.program) -d, and name that file")
    default: return contents
    }
  }

  private func decompressed(
    _ compression: Compression, _ resources: ReadingResources
  ) throws(StoreError) -> FileContents {
    let input = try inputDescriptor(resources.temporaryFolder)
    defer { close(input) }
    let errors = try Spool.temporaryFile(path, in: resources.temporaryFolder)
    defer { close(errors) }
    let child: ChildProcess
    do throws(SystemFailure) {
      child = try ChildProcess(compression.program, ["-d", "-c"], input: input, errors: errors)
    } catch {
      let program = compression.program
      guard error.errno == ENOENT else {
        throw .inputOutput(path: path, operation: "start \(program)", reason: "\(error)")
      }
      throw .unusableFile(
        path: path,
        sentence:
          "is compressed, and the program \(program), which decompresses it, is not installed; install it, "
          + "or decompress the file elsewhere: \(program) -d \(path)")
    }
    var spool = Spool(path: path, in: resources.temporaryFolder)
    try spool.append(contentsOf: child.output, isCancelled: resources.isCancelled)
    let ending = child.wait()
    guard ending == .status(0) else {
      throw .unusableFile(
        path: path, sentence: Self.sentence(compression.program, ending, Self.firstLine(errors)))
    }
    try checkUnchanged()
    return try FileContents(path: path, spool, identity: identity)
  }

  /// A descriptor at the start of the compressed bytes, for the program to read.
  private func inputDescriptor(_ folder: String) throws(StoreError) -> CInt {
    defer { withExtendedLifetime(self) {} }
    if let descriptor {
      let copy = dup(descriptor)
      guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else {
        let reason = String(cString: strerror(errno))
        if copy >= 0 { close(copy) }
        throw .inputOutput(path: path, operation: "read", reason: reason)
      }
      _ = fcntl(copy, F_SETFD, FD_CLOEXEC)
      return copy
    }
    let file = try Spool.temporaryFile(path, in: folder)
    guard writeAll(file, UnsafeRawBufferPointer(bytes)), lseek(file, 0, SEEK_SET) == 0 else {
      let reason = String(cString: strerror(errno))
      close(file)
      throw .inputOutput(path: path, operation: "copy it into a temporary file", reason: reason)
    }
    return file
  }

  private static func sentence(_ program: String, _ ending: ChildProcess.Termination, _ line: String)
    -> String
  {
    let how =
      switch ending {
      case .status(let status): "exit status \(status)"
      case .signal(let signal): "signal \(signal)"
      }
    return "cannot be decompressed: \(program) ended with \(how)" + (line.isEmpty ? "" : ": \(line)")
  }

  /// The first line that a program has written into a file, shortened.
  private static func firstLine(_ file: CInt) -> String {
    var bytes = [UInt8](repeating: 0, count: 500)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    let lines = bytes.prefix(max(count, 0)).split(separator: UInt8(ascii: "\n"))
    return lines.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
