import Engine

/// Tells the lines of ascending offsets, counting every byte once and none unless it is asked.
struct LineCounter {
  private static let pieceBytes = 16 << 20

  private let contents: FileContents
  private var offset = 0
  private var line = 1

  init(_ contents: FileContents) { self.contents = contents }

  /// The line, from 1, on which the byte at `target` stands; `target` is not below the one before.
  mutating func line(of target: Int) -> Int {
    precondition(target >= offset)
    while offset < target {
      let end = min(target, offset + Self.pieceBytes)
      for index in offset..<end where contents.bytes[index] == UInt8(ascii: "\n") { line += 1 }
      // The last piece may be looked at again: a row begins there.
      if end < target { contents.release(offset..<end) }
      offset = end
    }
    return line
  }
}
