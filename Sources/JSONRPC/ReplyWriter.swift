import JSON

/// Writes the reply to one message: a response object (section 5 of the specification), or an array of
/// them for a batch.
struct ReplyWriter {
  /// Storage that is kept for the next reply: that of all but the largest, since it takes long to write to
  /// memory that is new.
  static let keptBytes = 4 << 20

  private var json = JSONWriter()
  private(set) var counts = ReplyCounts()

  /// What is written, without what frames it.
  var bytes: [UInt8] { json.bytes }

  mutating func beginBatch() { json.beginArray() }
  mutating func endBatch() { json.endArray() }

  mutating func write(_ result: JSONValue, id: RequestID) {
    begin(id)
    json.name("result")
    json.write(result)
    json.endObject()
    counts.results += 1
  }

  mutating func write(_ error: RPCError, id: RequestID) {
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
    counts.errors += 1
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
  }

  private mutating func begin(_ id: RequestID) {
    json.beginObject()
    json.name("jsonrpc")
    json.write("2.0")
    json.name("id")
    id.write(to: &json)
  }
}
