/// One message of a stream as the framing found it.
public enum Frame: Sendable, Equatable {
  /// The bytes of a message, without its line end or header.
  case complete([UInt8])
  /// A message beyond the limit, and its size. Its bytes were discarded.
  case tooLong(bytes: Int)
  /// Bytes that are not a message, and why.
  case unreadable(reason: String)

  /// The number of bytes in memory.
  var storedBytes: Int {
    if case .complete(let bytes) = self { bytes.count } else { 0 }
  }
}

/// How messages are delimited. Replies use the style of the requests.
public enum FrameStyle: Sendable, Equatable {
  /// One message per line.
  case lines
  /// LSP-style headers: each message is preceded by a header with its `Content-Length`.
  case headers

  /// The name of the limit on the size of a message.
  var limitName: String {
    switch self {
    case .lines: "line"
    case .headers: "content"
    }
  }
}
