import Engine

extension ContentHash {
  /// The hash of an event without an id: of its values as they are stored, but for the id that the hash stands
  /// in for.
  init(_ event: EventRow, _ fields: CSVFields, _ layout: EventLayout) {
    self.init()
    combine(event.websiteID)
    combine(UInt64(event.eventType))
    combine(UInt64(bitPattern: event.createdAtMilliseconds))
    for (field, slot) in zip(EventField.allCases, layout.slots) {
      switch field {
      case .websiteID, .eventID, .eventType, .createdAt: break
      default: combine(fields[slot])
      }
    }
  }
}
