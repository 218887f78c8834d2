/// Splits a stream of bytes into messages. The first bytes decide the style: a stream that starts with `Content-Length`
/// or `Content-Type`, in any case, has headers; every other stream has lines. A byte order mark at the start, which some
/// shells and editors write, is skipped. It owns no descriptor.
public struct Framing: Sendable {
  private enum State: Sendable {
    /// The first bytes, which do not decide the style yet.
    case undecided([UInt8])
    case lines(LineFraming)
    case headers(HeaderFraming)
  }

  /// The start of a header; no JSON text starts with it.
  private static let headerStart = Array("content-".utf8)
  /// U+FEFF in UTF-8.
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  /// White space that is skipped before the first header.
  private static let maximumBlanks = 64

  private let limits: MessageLimits
  private var state = State.undecided([])

  /// Starts at the beginning of a stream.
  public init(limits: MessageLimits) {
    self.limits = limits
  }

  /// The style of the stream; lines until it is decided.
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
      feedDecided(first, appendingTo: &frames)
    case .lines(var framing):
      // Moved out of the state, so that its buffer is not copied when it grows.
      state = .undecided([])
      framing.feed(chunk, appendingTo: &frames)
      state = .lines(framing)
    case .headers(var framing):
      state = .undecided([])
      framing.feed(chunk, appendingTo: &frames)
      state = .headers(framing)
    }
  }

  /// Ends the stream. Returns the unfinished message, if there is one.
  public mutating func finish() -> Frame? {
    if case .undecided(let first) = state {
      state = decide(first, isAll: true)
      // Only blank lines can end here; they get no reply.
      var blank: [Frame] = []
      feedDecided(first, appendingTo: &blank)
    }
    switch state {
    case .undecided: return nil
    case .lines(var framing): return framing.finish()
    case .headers(var framing): return framing.finish()
    }
  }

  /// Feeds the first bytes of the stream, now that they have decided its style.
  private mutating func feedDecided(_ first: [UInt8], appendingTo frames: inout [Frame]) {
    Self.withoutMark(first).withUnsafeBufferPointer { feed($0, appendingTo: &frames) }
  }

  private static func withoutMark(_ first: [UInt8]) -> ArraySlice<UInt8> {
    first.starts(with: byteOrderMark) ? first.dropFirst(byteOrderMark.count) : first[...]
  }

  /// - Parameter isAll: Whether the stream ends here.
  private func decide(_ all: [UInt8], isAll: Bool) -> State {
    // The mark may arrive in parts.
    let mayBecomeMark = all.count < Self.byteOrderMark.count && Self.byteOrderMark.starts(with: all)
    if mayBecomeMark, !isAll { return .undecided(all) }
    let first = Self.withoutMark(all)
    let blanks = first.prefix(while: isBlank).count
    let start = first.dropFirst(blanks).prefix(Self.headerStart.count).map(lowercase)
    let mayBeHeader = blanks <= Self.maximumBlanks && Self.headerStart.starts(with: start)
    if mayBeHeader, start.count == Self.headerStart.count { return .headers(HeaderFraming(limits: limits)) }
    if mayBeHeader, !isAll { return .undecided(all) }
    return .lines(LineFraming(maximumLineBytes: limits.maximumMessageBytes))
  }
}

/// An ASCII letter in lower case; other bytes unchanged.
func lowercase(_ byte: UInt8) -> UInt8 {
  (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}

private func isBlank(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    || byte == UInt8(ascii: "\n")
}
