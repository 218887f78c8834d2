import JSON
import Synchronization

/// The output of one stream: replies from the thread that answers, notifications from any. Whole messages
/// follow one another, whoever sends them.
final class MessageOutput: Sendable {
  private let output: Mutex<ReplyOutput>

  init(descriptor: Int32) {
    output = Mutex(ReplyOutput(descriptor: descriptor))
  }

  /// Takes a reply; it is written together with others.
  func append(_ reply: [UInt8], _ style: FrameStyle) throws(ReplyOutput.Failure) {
    try output.withLock { output throws(ReplyOutput.Failure) in try output.append(reply, style) }
  }

  /// Writes what is collected.
  func flush() throws(ReplyOutput.Failure) {
    try output.withLock { output throws(ReplyOutput.Failure) in try output.flush() }
  }

  /// Writes a notification, now. Where that fails, the next reply will fail too and say so.
  func notify(_ method: String, _ params: JSONValue, _ style: FrameStyle) {
    let message = ReplyWriter.notification(method, params)
    try? output.withLock { output throws(ReplyOutput.Failure) in
      try output.append(message, style)
      try output.flush()
    }
  }
}
