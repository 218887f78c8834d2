/// What a framing makes of the bytes between two ends of messages.
public enum Frame: Sendable, Equatable {
  /// The bytes of a message, without what frames it.
  case complete([UInt8])
  /// A message beyond the limit, which has this many bytes. None of them were kept.
  case tooLong(bytes: Int)
  /// Bytes from which no message could be made out, and why.
  case unreadable(reason: String)

  /// The bytes that are in memory.
  var keptBytes: Int {
    if case .complete(let bytes) = self { bytes.count } else { 0 }
  }
}

/// How the messages of a stream are told apart. Replies are framed as the requests are.
public enum FrameStyle: Sendable, Equatable {
  /// One message a line.
  case lines
  /// A header with a `Content-Length` before each message, as language servers have it.
  case headers

  /// What a limit on the size of a message is called.
  var limitName: String {
    switch self {
    case .lines: "line"
    case .headers: "content"
    }
  }
}
