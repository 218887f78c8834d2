import System

/// A file that is written sequentially, in large pieces.
struct OutputFile: ~Copyable {
  /// The buffer of unwritten text, to which rows are appended.
  var text: [UInt8] = []

  private let path: String
  private let descriptor: Int32
  private static let pieceSize = 1 << 20

  /// Creates the file, or truncates it.
  init(path: String) throws(BenchmarkError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw .system("make \(path)", errno) }
    self.path = path
    text.reserveCapacity(Self.pieceSize + 4096)
  }

  deinit { close(descriptor) }

  /// Writes out the buffer if it is large enough. Call it after every row.
  mutating func endRow() throws(BenchmarkError) {
    if text.count >= Self.pieceSize { try flush() }
  }

  /// Writes out the rest.
  mutating func flush() throws(BenchmarkError) {
    if !writeAll(descriptor, text) { throw .system("write \(path)", errno) }
    text.removeAll(keepingCapacity: true)
  }
}
