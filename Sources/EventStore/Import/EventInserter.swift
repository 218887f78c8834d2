import Engine

/// Inserts events from CSV rows into a store's table `website_event`.
struct EventInserter {
  private let statement: Statement
  /// Says whether there is an event with an id.
  private let lookUp: Statement?
  private let connection: Connection
  private let layout: EventLayout
  private var ids = ContentIDs()

  /// Where the store has an index of ids, rows that it knows are looked up beforehand: inserting them would do
  /// nothing, but the change log would take it for a replacement. In a statement of its own, since one that
  /// inserts what it selects keeps that in a table first.
  init(_ connection: Connection, _ layout: EventLayout, looksUpKnown: Bool) throws(StoreError) {
    let names = EventField.allCases.map(\.rawValue).joined(separator: ", ")
    let parameters = EventField.allCases.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    // Of a row that is not known, nothing that keeps it out may pass for that.
    statement = try connection.prepare(
      "INSERT INTO website_event (\(names)) VALUES (\(parameters))")
    lookUp =
      looksUpKnown ? try connection.prepare("SELECT 1 FROM website_event WHERE event_id = ?1") : nil
    self.connection = connection
    self.layout = layout
  }

  /// Adds `event`, which was decoded from `fields`; false when the store has it already.
  mutating func insert(_ event: EventRow, _ fields: CSVFields) throws(StoreError) -> Bool {
    var event = event
    if event.eventID.isEmpty { event.eventID = fields.keep(ids.next(ContentHash(event, fields, layout))) }
    if try isKnown(event.eventID) { return false }
    for (position, slot) in layout.slots.enumerated() {
      try statement.bind(borrowing: fields[slot], at: Int32(position + 1))
    }
    try statement.bind(borrowing: event.websiteID, at: Self.parameter(.websiteID))
    try statement.bind(Int64(event.eventType), at: Self.parameter(.eventType))
    try statement.bind(event.createdAtMilliseconds, at: Self.parameter(.createdAt))
    try statement.bind(borrowing: event.eventID, at: Self.parameter(.eventID))
    try statement.run(addingTo: "website_event")
    return true
  }

  private func isKnown(_ id: Bytes) throws(StoreError) -> Bool {
    guard let lookUp else { return false }
    try lookUp.bind(borrowing: id, at: 1)
    defer { lookUp.reset() }
    return try lookUp.step()
  }

  private static func parameter(_ field: EventField) -> Int32 {
    Int32(EventField.allCases.firstIndex(of: field) ?? 0) + 1
  }
}
