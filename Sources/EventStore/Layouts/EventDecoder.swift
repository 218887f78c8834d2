import Engine

/// Makes an event of the fields of a CSV row.
struct EventDecoder {
  /// The event of the row that was decoded last; its texts live as long as that row.
  private(set) var row = EventRow()
  private let layout: EventLayout
  private let splitter: AddressSplitter?
  private let defaultWebsiteID: OwnedText
  private let websiteID, sessionID, visitID, eventID, createdAt, eventType, eventName: Int

  init(_ layout: EventLayout, defaultWebsiteID: String) {
    self.layout = layout
    self.defaultWebsiteID = OwnedText(defaultWebsiteID)
    splitter = AddressSplitter(layout)
    websiteID = layout.slot(.websiteID)
    sessionID = layout.slot(.sessionID)
    visitID = layout.slot(.visitID)
    eventID = layout.slot(.eventID)
    createdAt = layout.slot(.createdAt)
    eventType = layout.slot(.eventType)
    eventName = layout.slot(.eventName)
  }

  /// Fills `row`; what is wrong with the fields, else nil.
  mutating func decode(_ fields: CSVFields) -> RowDefect? {
    guard !fields[sessionID].isEmpty else { return .missing(column: EventField.sessionID.rawValue) }
    guard !fields[createdAt].isEmpty else { return .missing(column: EventField.createdAt.rawValue) }
    guard let created = parseTimestamp(fields[createdAt]) else {
      return .notAnInstant(column: EventField.createdAt.rawValue, value: shown(fields[createdAt]))
    }
    guard let type = parseEventType(fields[eventType], name: fields[eventName]) else {
      return .notANumber(column: EventField.eventType.rawValue, value: shown(fields[eventType]))
    }
    splitter?.split(fields)
    row.websiteID = fields[websiteID].isEmpty ? defaultWebsiteID.bytes : fields[websiteID]
    row.sessionID = fields[sessionID]
    row.visitID = fields[visitID]
    row.eventID = fields[eventID]
    row.createdAtMilliseconds = created
    row.eventType = type
    for (column, slot) in layout.textSlots { row[column] = fields[slot] }
    row.paidAd = layout.clickIDSlots.first { !fields[$0.slot].isEmpty }?.network ?? .none
    return nil
  }
}

/// The type of an event: where it does not say, a custom event if it has a name, else a pageview. Nil for
/// what is no small number.
func parseEventType(_ text: Bytes, name: Bytes) -> UInt8? {
  guard !text.isEmpty else { return name.isEmpty ? 1 : 2 }
  if text.count == 1, let digit = text.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") {
    return digit - UInt8(ascii: "0")
  }
  return UInt8(String(decoding: text, as: UTF8.self))
}
