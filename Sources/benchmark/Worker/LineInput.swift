import System

/// Reads lines from a descriptor.
struct LineInput {
  private let descriptor: Int32
  private var bytes: [UInt8] = []
  /// Where the next line starts in `bytes`.
  private var start = 0
  private var chunk = Array(repeating: UInt8(0), count: 1 << 16)

  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// The next line without its line feed; nil at the end of the input.
  mutating func next() throws(BenchmarkError) -> [UInt8]? {
    var searched = start
    while true {
      if let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Array(bytes[start..<end])
      }
      bytes.removeSubrange(..<start)
      (start, searched) = (0, bytes.count)
      if try !readChunk() { return nil }
    }
  }

  private mutating func readChunk() throws(BenchmarkError) -> Bool {
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw .system("read from the worker", errno) }
      bytes += chunk[..<count]
      return count > 0
    }
  }
}
