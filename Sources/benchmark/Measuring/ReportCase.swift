import JSON

/// A report to measure.
struct ReportCase {
  let name: String
  let method: String
  /// The params, except for the website and the range.
  let parameters: JSONObject
  /// The bytes of a row that the report has to read.
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

/// The values that a report reads from an event, in the fewest bytes: codes as narrow as the texts of a
/// generated event set allow, times as seconds.
///
/// This is the minimum for any column-based engine, not what this engine reads. It excludes the time, if
/// every event of a block is in range, and columns that are read only for a few selected events.
enum ReadColumn {
  case time, type, visit, path, query, eventName, country, browser, utmSource, utmMedium, referrer
  /// One event in seven has a property: its row, key, text and number.
  case properties

  var bytes: Int {
    switch self {
    case .time: 4
    case .path, .query, .properties: 2
    case .type, .visit, .eventName, .country, .browser, .utmSource, .utmMedium, .referrer: 1
    }
  }
}
