import JSON
import Synchronization

/// The output of one stream, shared by the answering thread, which sends replies, and any thread that sends
/// notifications. Each message is written as a whole.
final class MessageOutput: Sendable {
  private let output: Mutex<ReplyOutput>

  init(descriptor: Int32) {
    output = Mutex(ReplyOutput(descriptor: descriptor))
  }

  /// Puts a reply into the buffer.
  func append(_ reply: [UInt8], _ style: FrameStyle) throws(ReplyOutput.Failure) {
    try output.withLock { output throws(ReplyOutput.Failure) in try output.append(reply, style) }
  }

  /// Writes the buffer.
  func flush() throws(ReplyOutput.Failure) {
    try output.withLock { output throws(ReplyOutput.Failure) in try output.flush() }
  }

  /// The number of flushes so far.
  var flushes: Int { output.withLock { $0.flushes } }

  var hasBuffered: Bool { output.withLock { $0.hasBuffered } }

  enum LateFlush {
    case flushedOrNotDue
    case nothingBuffered
  }

  /// Writes the buffer, unless it was flushed since there were `flushes` of them; updates `flushes`.
  /// A failure is thrown by the next reply.
  func flush(unlessFlushedSince flushes: inout Int) -> LateFlush {
    output.withLock { output in
      guard output.hasBuffered else { return .nothingBuffered }
      if output.flushes == flushes { try? output.flush() }
      flushes = output.flushes
      return .flushedOrNotDue
    }
  }

  /// Writes a notification immediately. A failure is thrown by the next reply.
  func notify(_ method: String, _ params: JSONValue, _ style: FrameStyle) {
    let message = ReplyWriter.notification(method, params)
    try? output.withLock { output throws(ReplyOutput.Failure) in
      try output.append(message, style)
      try output.flush()
    }
  }
}
