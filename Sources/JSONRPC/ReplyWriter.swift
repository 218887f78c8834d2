import JSON

/// Writes the reply to one message: a response object (section 5 of the specification), or an array of
/// them for a batch.
struct ReplyWriter {
  /// Storage that is kept for the next reply: that of all but the largest, since it takes long to write to
  /// memory that is new.
  static let keptBytes = 4 << 20

  private let maximumBytes: Int
  private var json = JSONWriter()
  private(set) var counts = ReplyCounts()

  /// What is written, without what frames it.
  var bytes: [UInt8] { json.bytes }

  /// - Parameter maximumBytes: of a reply. Where a result or an error does not fit, or no longer fits into the
  ///   batch's, the error that says so stands in its place, always.
  init(maximumBytes: Int = .max) {
    self.maximumBytes = maximumBytes
    json.maximumBytes = maximumBytes
  }

  mutating func beginBatch() {
    json.beginArray()
    // Its end must fit, too.
    json.maximumBytes = maximumBytes - 1
  }

  mutating func endBatch() { json.endArray() }

  /// Writes a result, whoever gives the request up meanwhile.
  mutating func write(_ result: JSONValue, id: RequestID) { _ = write(result, id: id, unless: nil) }

  /// Writes a result. False where the request was cancelled meanwhile: then nothing is written.
  mutating func write(_ result: JSONValue, id: RequestID, unless context: RequestContext?) -> Bool {
    let start = json.mark
    begin(id)
    json.name("result")
    json.isCancelled = context?.askIsCancelled
    json.write(result)
    json.endObject()
    let isStopped = json.isStopped
    // What follows is of other requests, or an error, which is never cut.
    json.isCancelled = nil
    if isStopped {
      json.takeBack(to: start)
      return false
    }
    if json.isOverfull {
      replace(since: start, id: id)
    } else {
      counts.results += 1
    }
    return true
  }

  mutating func write(_ error: RPCError, id: RequestID) {
    let start = json.mark
    writeWhole(error, id: id)
    if json.isOverfull { return replace(since: start, id: id) }
    counts.errors += 1
  }

  /// Says in the place of what was written since the mark that it was too much.
  private mutating func replace(since start: JSONWriter.Mark, id: RequestID) {
    json.takeBack(to: start)
    let maximum = json.maximumBytes
    json.maximumBytes = .max
    writeWhole(.replyTooLarge(maximum: maximumBytes), id: id)
    json.maximumBytes = maximum
    counts.errors += 1
  }

  private mutating func writeWhole(_ error: RPCError, id: RequestID) {
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

  /// Forgets what is written, for the next message's reply.
  mutating func clear() {
    if json.bytes.capacity <= Self.keptBytes { json.removeAll() } else { json = JSONWriter() }
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
