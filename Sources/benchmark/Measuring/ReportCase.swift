import JSON

/// A report that is measured.
struct ReportCase {
  let name: String
  let method: String
  /// The params, but for the website and the range.
  let parameters: JSONObject
  /// The bytes of a row that the report cannot do without.
  let bytesPerRow: Int

  init(_ name: String, _ method: String, reads columns: [ReadColumn], _ parameters: JSONObject) {
    self.name = name
    self.method = method
    self.parameters = parameters
    bytesPerRow = columns.map(\.bytes).reduce(0, +)
  }

  /// The request as a line.
  func request(_ websiteID: String, _ range: DateRange) -> [UInt8] {
    var parameters = parameters
    parameters["websiteId"] = .string(websiteID)
    parameters["dateRange"] = range.json
    parameters["timezone"] = "Europe/Berlin"
    return requestLine(method, parameters)
  }
}

/// A request as a line.
func requestLine(_ method: String, _ parameters: JSONObject = JSONObject()) -> [UInt8] {
  let request: JSONValue = [
    "jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .object(parameters),
  ]
  return request.serialized() + "\n".utf8
}

/// What a report reads of an event, and in how few bytes: codes as narrow as the texts of a made event set
/// allow, times as seconds.
///
/// It is the least that any engine over columns has to read, not what this one reads: the time where every
/// event of a block is in range, and columns that are only looked at for the few events that matter, are
/// not in it.
enum ReadColumn {
  case time, type, visit, path, query, eventName, country, browser
  /// An event in seven has a property: its row, key, text and number.
  case properties

  var bytes: Int {
    switch self {
    case .time: 4
    case .path, .query, .properties: 2
    case .type, .visit, .eventName, .country, .browser: 1
    }
  }
}
