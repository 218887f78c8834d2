import Engine

/// Decodes the fields of a CSV row as an event.
struct EventDecoder {
  /// The event of the last decoded row; its texts are valid as long as that row.
  private(set) var row = EventRow()
  private let layout: EventLayout
  private let splitter: AddressSplitter?
  private let defaultWebsiteID: PinnedUTF8
  private let websiteID, sessionID, visitID, eventID, createdAt, eventType, eventName: Int

  init(_ layout: EventLayout, defaultWebsiteID: String) {
    self.layout = layout
    self.defaultWebsiteID = PinnedUTF8(defaultWebsiteID)
    splitter = AddressSplitter(layout)
    websiteID = layout.slot(.websiteID)
    sessionID = layout.slot(.sessionID)
    visitID = layout.slot(.visitID)
    eventID = layout.slot(.eventID)
    createdAt = layout.slot(.createdAt)
    eventType = layout.slot(.eventType)
    eventName = layout.slot(.eventName)
  }

  /// Fills `row`; returns the fields' defect, or nil.
  mutating func decode(_ fields: RowFields) -> RowDefect? {
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

/// The type of an event: if it is not given, a custom event if the event has a name, else a pageview. Nil if
/// it is not a number from 0 to 255.
func parseEventType(_ text: Bytes, name: Bytes) -> UInt8? {
  guard !text.isEmpty else { return name.isEmpty ? 1 : 2 }
  if text.count == 1, let digit = text.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") {
    return digit - UInt8(ascii: "0")
  }
  return UInt8(String(decoding: text, as: UTF8.self))
}

/// Decodes the fields of a CSV row as a property.
struct PropertyDecoder {
  /// The property of the last decoded row; its texts are valid as long as that row.
  private(set) var row = PropertyRow()
  private(set) var createdAtMilliseconds: Int64?
  private let eventID, dataKey, stringValue, numberValue, createdAt: Int

  init(_ layout: PropertyLayout) {
    eventID = layout.slot(.eventID)
    dataKey = layout.slot(.dataKey)
    stringValue = layout.slot(.stringValue)
    numberValue = layout.slot(.numberValue)
    createdAt = layout.slot(.createdAt)
  }

  /// Fills `row`; returns the fields' defect, or nil.
  mutating func decode(_ fields: RowFields) -> RowDefect? {
    guard !fields[eventID].isEmpty else { return .missing(column: PropertyField.eventID.rawValue) }
    guard !fields[dataKey].isEmpty else { return .missing(column: PropertyField.dataKey.rawValue) }
    row.numberTenThousandths = parseTenThousandths(fields[numberValue])
    guard row.numberTenThousandths != nil || fields[numberValue].isEmpty else {
      return .notANumber(column: PropertyField.numberValue.rawValue, value: shown(fields[numberValue]))
    }
    createdAtMilliseconds = fields[createdAt].isEmpty ? nil : parseTimestamp(fields[createdAt])
    guard createdAtMilliseconds != nil || fields[createdAt].isEmpty else {
      return .notAnInstant(column: PropertyField.createdAt.rawValue, value: shown(fields[createdAt]))
    }
    row.eventID = fields[eventID]
    row.key = fields[dataKey]
    row.string = fields[stringValue]
    return nil
  }
}

/// A text with a stable address for its lifetime, so that rows can point to it.
final class PinnedUTF8 {
  let bytes: Bytes

  init(_ text: String) {
    let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
    _ = copy.initialize(fromContentsOf: text.utf8)
    bytes = Bytes(copy)
  }

  deinit { bytes.deallocate() }
}
