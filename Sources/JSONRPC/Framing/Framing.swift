/// Splits a stream of bytes into messages, in the style that its first bytes show: `Content-Length` or
/// `Content-Type`, in any case, begin headers, and everything else is lines. It owns no descriptor.
public struct Framing: Sendable {
  private enum State: Sendable {
    /// The first bytes, which may still turn out to be either.
    case undecided([UInt8])
    case lines(LineFraming)
    case headers(HeaderFraming)
  }

  /// What headers begin with and no JSON does.
  private static let headerStart = Array("content-".utf8)
  /// Blank bytes before the first message that are looked past.
  private static let maximumBlanks = 64

  private let limits: MessageLimits
  private var state = State.undecided([])

  public init(limits: MessageLimits) {
    self.limits = limits
  }

  /// What the stream was found to be; lines as long as nothing is known.
  public var style: FrameStyle {
    if case .headers = state { .headers } else { .lines }
  }

  /// Takes the next bytes of the stream and appends the messages that end in them to `frames`.
  public mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, appendingTo frames: inout [Frame]) {
    switch state {
    case .undecided(let first):
      let first = first + chunk
      state = decide(first, isAll: false)
      if case .undecided = state { return }
      first.withUnsafeBufferPointer { feed($0, appendingTo: &frames) }
    case .lines(var framing):
      // Its buffer must not be shared while it grows.
      state = .undecided([])
      framing.feed(chunk, appendingTo: &frames)
      state = .lines(framing)
    case .headers(var framing):
      state = .undecided([])
      framing.feed(chunk, appendingTo: &frames)
      state = .headers(framing)
    }
  }

  /// Ends the stream: what the message that is left without an end comes to, if there is one.
  public mutating func finish() -> Frame? {
    if case .undecided(let first) = state {
      state = decide(first, isAll: true)
      // Only blank lines can end here, to which no reply is due.
      var blank: [Frame] = []
      first.withUnsafeBufferPointer { feed($0, appendingTo: &blank) }
    }
    switch state {
    case .undecided: return nil
    case .lines(var framing): return framing.finish()
    case .headers(var framing): return framing.finish()
    }
  }

  private func decide(_ first: [UInt8], isAll: Bool) -> State {
    let blanks = first.prefix(while: isBlank).count
    let start = first.dropFirst(blanks).prefix(Self.headerStart.count).map(lowercase)
    let mayBeHeader = blanks <= Self.maximumBlanks && Self.headerStart.starts(with: start)
    if mayBeHeader, start.count == Self.headerStart.count { return .headers(HeaderFraming(limits: limits)) }
    if mayBeHeader, !isAll { return .undecided(first) }
    return .lines(LineFraming(maximumLineBytes: limits.maximumMessageBytes))
  }
}

/// A byte of ASCII in lower case; others as they are.
func lowercase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}
