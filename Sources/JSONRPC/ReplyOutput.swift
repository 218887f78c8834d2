import System

/// Collects replies and writes them to a descriptor, many at a time.
///
/// After a write has failed nobody knows how much of it was read, so nothing more is written: everything throws the
/// failure again.
struct ReplyOutput {
  enum Failure: Error {
    /// Nobody reads the replies any more.
    case closed
    case failed(TransportError)
  }

  /// Replies are written when there are as many bytes of them, at the latest.
  static let collectedBytes = 64 << 10

  private let descriptor: Int32
  private var collected: [UInt8] = []
  /// How often what was collected was written.
  private(set) var writes = 0
  /// What the first write that failed has thrown.
  private var failure: Failure?

  var hasCollected: Bool { !collected.isEmpty }

  init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Takes a reply, and frames it.
  mutating func append(_ reply: [UInt8], _ style: FrameStyle) throws(Failure) {
    if let failure { throw failure }
    if style == .headers { collected += "Content-Length: \(reply.count)\r\n\r\n".utf8 }
    if reply.count < Self.collectedBytes {
      collected += reply
    } else {
      // A large reply is written from where it stands.
      try flush()
      try write(reply)
    }
    if style == .lines { collected.append(UInt8(ascii: "\n")) }
    if collected.count >= Self.collectedBytes { try flush() }
  }

  /// Writes what is collected.
  mutating func flush() throws(Failure) {
    if let failure { throw failure }
    if collected.isEmpty { return }
    writes &+= 1
    try write(collected)
    collected.removeAll(keepingCapacity: true)
  }

  /// Writes all of the bytes.
  private mutating func write(_ bytes: [UInt8]) throws(Failure) {
    do throws(Failure) {
      try writeAll(bytes)
    } catch {
      failure = error
      collected = []
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

  /// Returns where the write that failed may be tried again.
  private func recover(from code: Int32) throws(Failure) {
    switch code {
    case EINTR: return
    case EAGAIN: try waitForRoom()
    case EPIPE, ECONNRESET: throw .closed
    default: throw .failed(TransportError("write replies", code: code))
    }
  }

  /// Sleeps until a descriptor that does not block takes bytes again, or fails.
  private func waitForRoom() throws(Failure) {
    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while poll(&watched, 1, -1) < 0 {
      if errno != EINTR { throw .failed(TransportError("wait to write replies")) }
    }
  }
}
