import System

/// Splits a stream of bytes into lines. It owns no descriptor: it is fed chunks, cut anywhere, and
/// appends the lines that they complete.
///
/// A line ends with `\n` or `\r\n`. Each byte is read once. Between two chunks only the unfinished line is stored, up to
/// the limit: a longer line is discarded as it arrives and reported at its end, and the next line is read normally.
public struct LineFraming: Sendable {
  private let maximumLineBytes: Int
  /// The stored bytes of the unfinished line.
  private var unfinished: [UInt8] = []
  /// The number of bytes of the unfinished line that were discarded. If there are any, all were.
  private var discardedBytes = 0
  private var endsInReturn = false

  /// How much of the unfinished line is in memory.
  var storedBytes: Int { unfinished.count }

  /// Starts at the beginning of a line. `maximumLineBytes` does not count the line end.
  public init(maximumLineBytes: Int) {
    self.maximumLineBytes = maximumLineBytes
  }

  /// Takes the next bytes of the stream and appends the lines that end in them to `lines`.
  public mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, appendingTo lines: inout [Frame]) {
    var rest = chunk[...]
    while let newline = firstIndex(of: UInt8(ascii: "\n"), in: rest) {
      store(rest[..<newline])
      lines.append(endLine())
      rest = rest[(newline + 1)...]
    }
    store(rest)
  }

  /// Ends the stream. Returns the unfinished line, if there is one.
  public mutating func finish() -> Frame? {
    unfinished.isEmpty && discardedBytes == 0 ? nil : endLine()
  }

  private mutating func store(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    guard let last = bytes.last else { return }
    endsInReturn = last == UInt8(ascii: "\r")
    // One byte more than the limit: it may be a `\r` that belongs to the line's end.
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

/// The index of the first byte equal to `byte`.
func firstIndex(of byte: UInt8, in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
  // Sound: the slice's own base and count, beyond which memchr reads nothing.
  let searched = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes))
  guard let base = searched.baseAddress, let found = memchr(base, Int32(byte), searched.count)
  else { return nil }
  return bytes.startIndex + (UnsafeRawPointer(found) - base)
}
