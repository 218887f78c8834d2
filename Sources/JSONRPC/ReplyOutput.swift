import System

/// Writes replies to a descriptor through a buffer.
///
/// After a failed write it is unknown how many bytes arrived, so nothing more is written: every later call throws the
/// same failure.
struct ReplyOutput {
  enum Failure: Error {
    /// The reader has closed the pipe.
    case closed
    case failed(TransportError)
  }

  /// The buffer is flushed when it has this many bytes.
  static let bufferBytes = 64 << 10

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  /// The number of flushes so far.
  private(set) var flushes = 0
  /// The failure of the first failed write.
  private var failure: Failure?

  var hasBuffered: Bool { !buffer.isEmpty }

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Frames a reply and puts it into the buffer.
  mutating func append(_ reply: [UInt8], _ style: FrameStyle) throws(Failure) {
    if let failure { throw failure }
    if style == .headers { buffer += "Content-Length: \(reply.count)\r\n\r\n".utf8 }
    if reply.count < Self.bufferBytes {
      buffer += reply
    } else {
      // A large reply is written without copying it.
      try flush()
      try write(reply)
    }
    if style == .lines { buffer.append(UInt8(ascii: "\n")) }
    if buffer.count >= Self.bufferBytes { try flush() }
  }

  /// Writes the buffer.
  mutating func flush() throws(Failure) {
    if let failure { throw failure }
    if buffer.isEmpty { return }
    flushes &+= 1
    try write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes all of the bytes.
  private mutating func write(_ bytes: [UInt8]) throws(Failure) {
    do throws(Failure) {
      try writeAll(bytes)
    } catch {
      failure = error
      buffer = []
      throw error
    }
  }

  private func writeAll(_ bytes: [UInt8]) throws(Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // Sound: the slice's own base and count; it lives until the call has returned.
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else { try recover(from: errno) }
    }
  }

  /// Returns if the failed write may be retried; throws if not.
  private func recover(from code: Int32) throws(Failure) {
    switch code {
    case EINTR: return
    case EAGAIN: try waitUntilWritable()
    case EPIPE, ECONNRESET: throw .closed
    default: throw .failed(TransportError("write replies", code: code))
    }
  }

  /// Sleeps until a non-blocking descriptor accepts bytes again, or fails.
  private func waitUntilWritable() throws(Failure) {
    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while poll(&watched, 1, -1) < 0 {
      if errno != EINTR { throw .failed(TransportError("wait to write replies")) }
    }
  }
}
