/// Computes line numbers of ascending offsets. Reads every byte at most once, and none before the first call.
struct LineCounter {
  private static let blockBytes = 16 << 20

  private let contents: FileContents
  private var offset = 0
  private var line = 1

  init(_ contents: FileContents) { self.contents = contents }

  /// The line, from 1, that contains the byte at `target`. `target` must not be less than in the previous
  /// call.
  mutating func line(of target: Int) -> Int {
    precondition(target >= offset)
    while offset < target {
      let end = min(target, offset + Self.blockBytes)
      for index in offset..<end where contents.bytes[index] == UInt8(ascii: "\n") { line += 1 }
      // The last block is needed again, because a row begins there.
      if end < target { contents.release(offset..<end) }
      offset = end
    }
    return line
  }
}
