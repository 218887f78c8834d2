import JSON

/// Generated events as objects for `events.append`, with the same values as their rows in a file.
struct AppendedEvents {
  private static let columns = EventRows.header.split { $0 == "," || $0 == "\n" }.map(String.init)

  private var source: EventSource
  private let rows: EventRows

  /// - Parameter date: the day on which the events begin.
  init(seed: UInt64, from date: CalendarDate) {
    var options = EventSetOptions(events: 1_000_000, folder: "")
    options.seed = seed
    options.start = date
    source = EventSource(options)
    rows = EventRows(contents: source.contents)
  }

  /// A request that appends the next `count` events.
  mutating func request(_ count: Int, websiteID: String) -> [UInt8] {
    let events = (0..<count).map { _ in next(websiteID) }
    return requestLine("events.append", ["events": .array(events)])
  }

  private mutating func next(_ websiteID: String) -> JSONValue {
    var row: [UInt8] = []
    rows.append(source.next(), to: &row)
    var event = JSONObject()
    for (column, text) in zip(Self.columns, Self.fields(row)) where !text.isEmpty {
      event[column] = column == "event_type" ? .integer(Int64(text) ?? 1) : .string(text)
    }
    event["website_id"] = .string(websiteID)
    return .object(event)
  }

  /// The texts of a row. Some are quoted, with doubled quotes inside.
  private static func fields(_ row: [UInt8]) -> [String] {
    let quote = UInt8(ascii: "\"")
    var fields: [String] = []
    var field: [UInt8] = []
    var (isQuoted, previous) = (false, UInt8(0))
    for byte in row {
      if byte == quote {
        if !isQuoted, previous == quote { field.append(quote) }
        isQuoted.toggle()
      } else if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
        fields.append(String(decoding: field, as: UTF8.self))
        field = []
      } else {
        field.append(byte)
      }
      previous = byte
    }
    return fields
  }
}
