/// Splits a stream of bytes into messages that are preceded by LSP-style headers (LSP 3.17, "Base Protocol"): lines of
/// `Name: value`, an empty line, then `Content-Length` bytes. It owns no descriptor.
///
/// Names are case-insensitive, lines end with `\r\n` or `\n`, and unknown fields are ignored. After an invalid header
/// the end of its message is unknown, so everything up to the next `Content-Length:` is skipped. The buffer never grows
/// beyond the limits.
public struct HeaderFraming: Sendable {
  private enum State: Sendable {
    case header(HeaderBlock)
    /// The message, and how many of its bytes are missing.
    case content(HeaderBlock.Content, missingBytes: Int)
    /// Searching for the next `Content-Length:`, of which this many bytes match so far.
    case resynchronizing(matchedBytes: Int)
  }

  private let limits: MessageLimits
  private var state = State.header(HeaderBlock())
  /// The unfinished line of a header, or the unfinished message.
  private var unfinished: [UInt8] = []

  /// Starts at the beginning of a header.
  public init(limits: MessageLimits) {
    self.limits = limits
  }

  /// Takes the next bytes of the stream and appends the messages that end in them to `frames`.
  public mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, appendingTo frames: inout [Frame]) {
    var rest = chunk[...]
    while let first = rest.first {
      switch state {
      case .header(let block):
        rest = rest.dropFirst()
        feedHeader(first, block, &frames)
      case .content(let content, let missingBytes):
        let taken = rest.prefix(missingBytes)
        rest = rest.dropFirst(taken.count)
        feedContent(taken, content, missingBytes, &frames)
      case .resynchronizing(let matchedBytes):
        rest = rest.dropFirst()
        search(first, matchedBytes)
      }
    }
  }

  /// Ends the stream. An unfinished header or message is an error.
  public mutating func finish() -> Frame? {
    defer {
      state = .header(HeaderBlock())
      unfinished = []
    }
    switch state {
    case .header(let block):
      return block.isEmpty && unfinished.allSatisfy { $0 <= UInt8(ascii: " ") }
        ? nil : .unreadable(reason: "expected an empty line after the header, found the end of the input")
    case .content(let content, let missingBytes):
      return .unreadable(
        reason: "expected \(content.bytes) bytes after the header, found \(content.bytes - missingBytes)")
    case .resynchronizing: return nil
    }
  }

  // MARK: The header

  private mutating func feedHeader(_ byte: UInt8, _ block: HeaderBlock, _ frames: inout [Frame]) {
    guard byte == UInt8(ascii: "\n") else {
      unfinished.append(byte)
      if block.bytes + unfinished.count > limits.maximumHeaderBytes {
        resynchronize("expected a header of at most \(limits.maximumHeaderBytes) bytes", &frames)
      }
      return
    }
    var block = block
    let line = unfinished
    unfinished.removeAll(keepingCapacity: true)
    do throws(HeaderBlock.InvalidHeader) {
      guard let content = try block.parse(line) else {
        state = .header(block)
        return
      }
      state = .content(content, missingBytes: content.bytes)
      if content.bytes == 0 {
        feedContent(UnsafeBufferPointer(start: nil, count: 0)[...], content, 0, &frames)
      }
    } catch {
      resynchronize(error.reason, &frames)
    }
  }

  /// Reports an invalid header and searches for the next one.
  private mutating func resynchronize(_ reason: String, _ frames: inout [Frame]) {
    frames.append(.unreadable(reason: reason))
    unfinished.removeAll()
    state = .resynchronizing(matchedBytes: 0)
  }

  /// Matches one byte of `Content-Length:`. Only its first letter is a `C`, so after a mismatch a match can only start at
  /// the mismatched byte.
  private mutating func search(_ byte: UInt8, _ matchedBytes: Int) {
    let searched = HeaderBlock.lengthField
    var matched = lowercase(byte) == searched[matchedBytes] ? matchedBytes + 1 : 0
    if matched == 0, lowercase(byte) == searched[0] { matched = 1 }
    state = .resynchronizing(matchedBytes: matched)
    guard matched == searched.count else { return }
    unfinished = searched
    state = .header(HeaderBlock())
  }

  // MARK: The message

  private mutating func feedContent(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ content: HeaderBlock.Content, _ missingBytes: Int,
    _ frames: inout [Frame]
  ) {
    let isTooLong = content.bytes > limits.maximumMessageBytes
    if !isTooLong, content.rejection == nil {
      unfinished.append(contentsOf: UnsafeBufferPointer(rebasing: bytes))
    }
    if bytes.count < missingBytes {
      state = .content(content, missingBytes: missingBytes - bytes.count)
    } else {
      frames.append(
        content.rejection.map { .unreadable(reason: $0) }
          ?? (isTooLong ? .tooLong(bytes: content.bytes) : .complete(unfinished)))
      unfinished = []
      state = .header(HeaderBlock())
    }
  }
}
