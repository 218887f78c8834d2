@testable import Engine

/// Rows that are kept in memory, so that only what the builder does is measured.
final class KeptRows {
  private let memory = TextMemory()
  private var events: [EventRow] = []
  private var properties: [PropertyRow] = []

  func addEvent(
    _ number: Int, website: String = "w", session: String? = nil, visit: String? = nil, id: String? = nil,
    time: Int64? = nil, hostname: String = ""
  ) {
    var row = EventRow()
    row.websiteID = memory.bytes(website)
    row.sessionID = memory.bytes(session ?? "session \(number)")
    row.visitID = memory.bytes(visit ?? "visit \(number)")
    row.eventID = memory.bytes(id ?? "event \(number)")
    row.createdAtMilliseconds = time ?? start + Int64(number) * second
    row.rowID = Int64(number + 1)
    row[.hostname] = memory.bytes(hostname)
    events.append(row)
  }

  func addProperty(_ key: String, of event: String) {
    var row = PropertyRow()
    row.eventID = memory.bytes(event)
    row.key = memory.bytes(key)
    row.string = memory.bytes("text \(key)")
    properties.append(row)
  }

  func build(batches: Int = 1) -> ColumnSet {
    var builder = ColumnsBuilder()
    let rowsPerBatch = max(events.count / batches, 1)
    for (number, event) in events.enumerated() {
      if number.isMultiple(of: rowsPerBatch), number > 0 { builder.begin(batch: number / rowsPerBatch) }
      builder.append(event)
    }
    for property in properties { builder.append(property) }
    return builder.finish()
  }
}
