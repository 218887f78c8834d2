import Engine

/// Tells the lines of ascending offsets, counting every byte once and none unless it is asked.
struct LineCounter {
  private let bytes: Bytes
  private var offset = 0
  private var line = 1

  init(_ bytes: Bytes) { self.bytes = bytes }

  /// The line, from 1, on which the byte at `target` stands; `target` is not below the one before.
  mutating func line(of target: Int) -> Int {
    precondition(target >= offset)
    for index in offset..<target where bytes[index] == UInt8(ascii: "\n") { line += 1 }
    offset = target
    return line
  }
}
