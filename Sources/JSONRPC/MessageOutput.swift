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

  /// How often something was written.
  var writes: Int { output.withLock { $0.writes } }

  /// Whether something waits to be written.
  var hasCollected: Bool { output.withLock { $0.hasCollected } }

  enum LateFlush {
    case wroteOrWaits
    case nothingCollected
  }

  /// Writes what is collected, unless something was written since so many `writes`, which are brought up to date.
  /// Where writing fails, the next reply will fail too and say so.
  func flush(unlessWrittenSince writes: inout Int) -> LateFlush {
    output.withLock { output in
      guard output.hasCollected else { return .nothingCollected }
      if output.writes == writes { try? output.flush() }
      writes = output.writes
      return .wroteOrWaits
    }
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
