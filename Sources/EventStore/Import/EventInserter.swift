import Engine

/// Inserts events from rows of files and tables into a store's table `website_event`.
struct EventInserter {
  private let statement: Statement
  /// Looks up whether an event with a given id exists.
  private let lookUp: Statement?
  private let connection: Connection
  private let layout: EventLayout
  private var ids = ContentIDs()

  /// - Parameter looksUpKnown: whether to look up each id before inserting its row, for stores that have an
  ///   index of ids. Inserting a known row would have no effect, but the change log would record a
  ///   replacement. The lookup is a separate statement, because INSERT with SELECT first copies its rows into
  ///   a temporary table.
  init(_ connection: Connection, _ layout: EventLayout, looksUpKnown: Bool) throws(StoreError) {
    let names = EventField.allCases.map(\.rawValue).joined(separator: ", ")
    let parameters = EventField.allCases.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
    // Has no ON CONFLICT clause: if a constraint rejects an unknown row, that must be an error and not pass
    // for a duplicate.
    statement = try connection.prepare(
      "INSERT INTO website_event (\(names)) VALUES (\(parameters))")
    lookUp =
      looksUpKnown ? try connection.prepare("SELECT 1 FROM website_event WHERE event_id = ?1") : nil
    self.connection = connection
    self.layout = layout
  }

  /// Adds `event`, which was decoded from `fields` and gets an id if it has none; returns false if the store has it
  /// already.
  mutating func insert(_ event: inout EventRow, _ fields: RowFields) throws(StoreError) -> Bool {
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
