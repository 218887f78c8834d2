/// Splits a stream of bytes into lines. It owns no descriptor: it is fed chunks, cut anywhere, and
/// gives the lines that they complete.
///
/// A line ends with `\n`; a `\r` before it belongs to the end. Each byte is looked at once. What is
/// kept between two chunks is the unfinished line, and never more of it than the limit: a longer line
/// is discarded while it streams past and reported when its end is met, and the next line is good.
public struct LineFraming: Sendable {
  private let maximumLineBytes: Int
  /// What is kept of the unfinished line.
  private var unfinished: [UInt8] = []
  /// Bytes of the unfinished line that were not kept. Once there are any, none are.
  private var discardedBytes = 0
  private var endsInReturn = false

  /// How much of the unfinished line is in memory.
  var keptBytes: Int { unfinished.count }

  public init(maximumLineBytes: Int) {
    self.maximumLineBytes = maximumLineBytes
  }

  /// Takes the next bytes of the stream and appends the lines that end in them to `lines`.
  public mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, appendingTo lines: inout [Frame]) {
    var rest = chunk[...]
    while let newline = firstIndex(of: UInt8(ascii: "\n"), in: rest) {
      keep(rest[..<newline])
      lines.append(endLine())
      rest = rest[(newline + 1)...]
    }
    keep(rest)
  }

  /// Ends the stream: the line that is left without an end, if there is one.
  public mutating func finish() -> Frame? {
    unfinished.isEmpty && discardedBytes == 0 ? nil : endLine()
  }

  private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    guard let last = bytes.last else { return }
    endsInReturn = last == UInt8(ascii: "\r")
    // A `\r` that turns out to belong to the line's end does not count: one byte of grace.
    if discardedBytes == 0, unfinished.count + bytes.count <= maximumLineBytes + 1 {
      unfinished.append(contentsOf: UnsafeBufferPointer(rebasing: bytes))
    } else {
      discardedBytes += unfinished.count + bytes.count
      unfinished = []
    }
  }

  private mutating func endLine() -> Frame {
    defer {
      unfinished = []
      discardedBytes = 0
      endsInReturn = false
    }
    let bytes = unfinished.count + discardedBytes - (endsInReturn ? 1 : 0)
    if bytes > maximumLineBytes { return .tooLong(bytes: bytes) }
    unfinished.removeLast(unfinished.count - bytes)
    return .complete(unfinished)
  }
}
