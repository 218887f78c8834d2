import Engine

/// Appends events to a store that this program made.
///
/// Events that name the same columns are treated as rows of one CSV file that has these columns, so what is
/// a defect in a file is one here, and what is derived there is derived here.
struct EventAppender {
  private let connection: Connection
  private let defaultWebsiteID: String
  /// By the columns that events name.
  private var tables: [[String]: Table] = [:]
  private let properties: PropertyAppender

  /// Events of one tracker come in a few sets of columns; whoever makes them up anew for each pays for it.
  private static let mostTables = 64

  /// What is made once for all events with the same columns.
  private struct Table {
    let fields: CSVFields
    var decoder: EventDecoder
    var inserter: EventInserter
  }

  init(_ connection: Connection, defaultWebsiteID: String) throws(StoreError) {
    self.connection = connection
    self.defaultWebsiteID = defaultWebsiteID
    properties = try PropertyAppender(connection)
  }

  /// Appends `events` in a transaction that is on the disk when this returns.
  ///
  /// - Parameter allOrNone: Whether one event with a defect keeps all from being added.
  mutating func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    // WAL without this would give the last commits up when the power fails.
    try connection.execute("PRAGMA synchronous = FULL")
    var outcome = AppendOutcome()
    try connection.execute(Connection.TransactionKind.writing.rawValue)
    do throws(StoreError) {
      for (index, event) in events.enumerated() { try append(event, index, &outcome) }
      if allOrNone, !outcome.rejections.isEmpty {
        connection.rollBack()
        (outcome.added, outcome.known) = (0, 0)
      } else {
        try connection.execute("COMMIT")
      }
    } catch {
      connection.rollBack()
      throw error
    }
    return outcome
  }

  private mutating func append(
    _ event: NewEvent, _ index: Int, _ outcome: inout AppendOutcome
  ) throws(StoreError) {
    func reject(_ defect: RowDefect) {
      outcome.rejections.append(AppendOutcome.Rejection(index: index, defect: defect))
    }
    if let defect = firstDefect(event) { return reject(defect) }
    let columns = event.fields.map(\.column)
    var table = if let known = tables[columns] { known } else { try makeTable(columns) }
    if tables.count == Self.mostTables { tables = [:] }
    defer { tables[columns] = table }
    table.fields.beginRow()
    for (slot, field) in event.fields.enumerated() { table.fields[slot] = table.fields.keep(field.text) }
    if let defect = table.decoder.decode(table.fields) { return reject(defect) }
    let row = table.decoder.row
    if try table.inserter.insert(row, table.fields) {
      outcome.added += 1
      for property in event.properties { try properties.insert(property, of: row) }
    } else {
      outcome.known += 1
    }
  }

  /// What is wrong with an event before its values are looked at.
  private func firstDefect(_ event: NewEvent) -> RowDefect? {
    for needed in [EventField.eventID, .sessionID, .createdAt] where event[needed.rawValue] == nil {
      return .missing(column: needed.rawValue)
    }
    if event.fields.contains(where: { $0.text.utf8.contains(0) }) { return .nulByte }
    return event.properties.lazy.compactMap(properties.defect).first
  }

  private func makeTable(_ columns: [String]) throws(StoreError) -> Table {
    let layout = try EventLayout(CSVHeader(path: "an event", names: columns, map: .none))
    return Table(
      fields: layout.makeFields(), decoder: EventDecoder(layout, defaultWebsiteID: defaultWebsiteID),
      inserter: try EventInserter(connection, layout, looksUpKnown: true))
  }
}
