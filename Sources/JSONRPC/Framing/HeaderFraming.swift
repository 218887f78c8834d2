/// Splits a stream of bytes into messages that stand behind headers, as language servers have them (the
/// base protocol of LSP 3.17, "Header Part"): fields of a name, a colon and a value, a line each, then an
/// empty line, then as many bytes as `Content-Length` says. It owns no descriptor.
///
/// Names are in any case, lines end with `\r\n` or `\n`, and fields that nobody knows are passed over. From a
/// header that cannot be read there is no way to know where the next one begins, so what follows is passed
/// over as far as the next `Content-Length:`. Never more is kept than the limits allow.
public struct HeaderFraming: Sendable {
  private enum State: Sendable {
    case header(HeaderBlock)
    /// The message, of which this many bytes are still to come.
    case content(HeaderBlock.Content, missingBytes: Int)
    /// Looking for the next header: so many bytes of `Content-Length:` were just seen.
    case lost(matchedBytes: Int)
  }

  private let limits: MessageLimits
  private var state = State.header(HeaderBlock())
  /// What is kept of the unfinished line of a header, or of the unfinished message.
  private var unfinished: [UInt8] = []

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
        takeHeader(first, block, &frames)
      case .content(let content, let missingBytes):
        let taken = rest.prefix(missingBytes)
        rest = rest.dropFirst(taken.count)
        takeContent(taken, content, missingBytes, &frames)
      case .lost(let matchedBytes):
        rest = rest.dropFirst()
        seek(first, matchedBytes)
      }
    }
  }

  /// Ends the stream: what is left without an end is an error.
  public mutating func finish() -> Frame? {
    defer {
      state = .header(HeaderBlock())
      unfinished = []
    }
    switch state {
    case .header(let block):
      return block.isEmpty && unfinished.allSatisfy { $0 <= UInt8(ascii: " ") }
        ? nil : .unreadable(reason: "expected an empty line behind the header, found the end of the input")
    case .content(let content, let missingBytes):
      return .unreadable(
        reason: "expected \(content.bytes) bytes behind the header, found \(content.bytes - missingBytes)")
    case .lost: return nil
    }
  }

  // MARK: The header

  private mutating func takeHeader(_ byte: UInt8, _ block: HeaderBlock, _ frames: inout [Frame]) {
    guard byte == UInt8(ascii: "\n") else {
      unfinished.append(byte)
      if block.bytes + unfinished.count > limits.maximumHeaderBytes {
        lose("expected a header of at most \(limits.maximumHeaderBytes) bytes", &frames)
      }
      return
    }
    var block = block
    let line = unfinished
    unfinished.removeAll(keepingCapacity: true)
    do throws(HeaderBlock.Fault) {
      guard let content = try block.take(line) else {
        state = .header(block)
        return
      }
      state = .content(content, missingBytes: content.bytes)
      if content.bytes == 0 {
        takeContent(UnsafeBufferPointer(start: nil, count: 0)[...], content, 0, &frames)
      }
    } catch {
      lose(error.reason, &frames)
    }
  }

  private mutating func lose(_ reason: String, _ frames: inout [Frame]) {
    frames.append(.unreadable(reason: reason))
    unfinished.removeAll()
    state = .lost(matchedBytes: 0)
  }

  /// `C` comes only at its beginning, so what does not go on with a match can only begin one.
  private mutating func seek(_ byte: UInt8, _ matchedBytes: Int) {
    let searched = HeaderBlock.lengthField
    var matched = lowercase(byte) == searched[matchedBytes] ? matchedBytes + 1 : 0
    if matched == 0, lowercase(byte) == searched[0] { matched = 1 }
    state = .lost(matchedBytes: matched)
    guard matched == searched.count else { return }
    unfinished = searched
    state = .header(HeaderBlock())
  }

  // MARK: The message

  private mutating func takeContent(
    _ bytes: Slice<UnsafeBufferPointer<UInt8>>, _ content: HeaderBlock.Content, _ missingBytes: Int,
    _ frames: inout [Frame]
  ) {
    let isTooLong = content.bytes > limits.maximumMessageBytes
    if !isTooLong, content.refusal == nil {
      unfinished.append(contentsOf: UnsafeBufferPointer(rebasing: bytes))
    }
    if bytes.count < missingBytes {
      state = .content(content, missingBytes: missingBytes - bytes.count)
    } else {
      frames.append(
        content.refusal.map { .unreadable(reason: $0) }
          ?? (isTooLong ? .tooLong(bytes: content.bytes) : .complete(unfinished)))
      unfinished = []
      state = .header(HeaderBlock())
    }
  }
}
