import JSON

/// Writes the reply to one message: a response object (section 5 of the specification), or an array of response objects
/// for a batch.
struct ReplyWriter {
  /// A buffer of at most this size is reused for the next reply, because writing to new memory is slow. Larger ones are
  /// freed.
  static let reusedBytes = 4 << 20

  private let maximumBytes: Int
  private var json = JSONWriter()
  private(set) var counts = ReplyCounts()

  /// The reply, without its framing.
  var bytes: [UInt8] { json.bytes }

  /// - Parameter maximumBytes: The limit of a reply. A result or error that does not fit, alone or in its batch, is
  ///   replaced by the error ``RPCError/replyTooLarge(maximum:)``, which is always written.
  init(maximumBytes: Int = .max) {
    self.maximumBytes = maximumBytes
    json.maximumBytes = maximumBytes
  }

  mutating func beginBatch() {
    json.beginArray()
    // The closing bracket must fit, too.
    json.maximumBytes = maximumBytes - 1
  }

  mutating func endBatch() { json.endArray() }

  /// Writes a result that cannot be cancelled.
  mutating func write(_ result: JSONValue, id: RequestID) { _ = write(result, id: id, unless: nil) }

  /// Writes a result. Returns false, and writes nothing, if the request is cancelled meanwhile.
  mutating func write(_ result: JSONValue, id: RequestID, unless context: RequestContext?) -> Bool {
    let start = json.mark
    begin(id)
    json.name("result")
    json.isCancelled = context?.cancellationCheck
    json.write(result)
    json.endObject()
    let isStopped = json.isStopped
    // The cancellation must not affect the replies that follow.
    json.isCancelled = nil
    if isStopped {
      json.rollBack(to: start)
      return false
    }
    if json.isOverfull {
      replaceByError(since: start, id: id)
    } else {
      counts.results += 1
    }
    return true
  }

  mutating func write(_ error: RPCError, id: RequestID) {
    let start = json.mark
    writeUnchecked(error, id: id)
    if json.isOverfull { return replaceByError(since: start, id: id) }
    counts.errors += 1
  }

  /// Replaces everything since the mark by the error of a reply that is too large.
  private mutating func replaceByError(since start: JSONWriter.Mark, id: RequestID) {
    json.rollBack(to: start)
    let maximum = json.maximumBytes
    json.maximumBytes = .max
    writeUnchecked(.replyTooLarge(maximum: maximumBytes), id: id)
    json.maximumBytes = maximum
    counts.errors += 1
  }

  private mutating func writeUnchecked(_ error: RPCError, id: RequestID) {
    begin(id)
    json.name("error")
    json.beginObject()
    json.name("code")
    json.write(Int64(error.code))
    json.name("message")
    json.write(error.message)
    if let data = error.data {
      json.name("data")
      json.write(data)
    }
    json.endObject()
    json.endObject()
  }

  /// A notification to the client (section 4.1 of the specification).
  static func notification(_ method: String, _ params: JSONValue) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.name("jsonrpc")
    json.write("2.0")
    json.name("method")
    json.write(method)
    json.name("params")
    json.write(params)
    json.endObject()
    return json.bytes
  }

  /// Empties the buffer for the next reply.
  mutating func clear() {
    if json.bytes.capacity <= Self.reusedBytes { json.removeAll() } else { json = JSONWriter() }
    json.maximumBytes = maximumBytes
  }

  private mutating func begin(_ id: RequestID) {
    json.beginObject()
    json.name("jsonrpc")
    json.write("2.0")
    json.name("id")
    id.write(to: &json)
  }
}

/// The number of requests that were answered with a result or an error.
public struct ReplyCounts: Sendable, Equatable {
  /// Replies with a result.
  public var results: Int
  /// Replies with an error.
  public var errors: Int

  public init(results: Int = 0, errors: Int = 0) {
    self.results = results
    self.errors = errors
  }
}
