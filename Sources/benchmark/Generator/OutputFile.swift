import System

/// A file that is written from its start to its end, in large pieces.
struct OutputFile: ~Copyable {
  /// What is not written yet; rows are appended here.
  var text: [UInt8] = []

  private let path: String
  private let descriptor: Int32
  private static let pieceSize = 1 << 20

  /// Makes the file, or empties it.
  init(path: String) throws(BenchmarkError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    if descriptor < 0 { throw .system("make \(path)", errno) }
    self.path = path
    text.reserveCapacity(Self.pieceSize + 4096)
  }

  deinit { close(descriptor) }

  /// Writes out a large piece where there is one. Called after every row.
  mutating func endRow() throws(BenchmarkError) {
    if text.count >= Self.pieceSize { try flush() }
  }

  /// Writes out the rest.
  mutating func flush() throws(BenchmarkError) {
    if !writeFully(text, to: descriptor) { throw .system("write \(path)", errno) }
    text.removeAll(keepingCapacity: true)
  }
}
