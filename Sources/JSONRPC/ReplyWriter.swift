import JSON

/// Writes the reply to one line: a response object (section 5 of the specification), or an array of
/// them for a batch.
struct ReplyWriter {
  private var json = JSONWriter()
  private(set) var counts = ReplyCounts()

  /// What is written, without a line's end.
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

  /// Forgets what is written, for the next line's reply; keeps its storage where that is not larger
  /// than `bytes`.
  mutating func clear(keepingAtMost bytes: Int) {
    if json.bytes.capacity <= bytes { json.removeAll() } else { json = JSONWriter() }
  }

  private mutating func begin(_ id: RequestID) {
    json.beginObject()
    json.name("jsonrpc")
    json.write("2.0")
    json.name("id")
    id.write(to: &json)
  }
}
