import Engine

/// Appends events to a store that this program made.
///
/// Events that name the same columns are treated as rows of one CSV file that has these columns, so what is
/// a defect in a file is one here, and what is derived there is derived here. Kept from request to request: what
/// it has prepared holds no lock.
final class EventAppender {
  private let connection: Connection
  private let defaultWebsiteID: String
  /// One for each set of columns that events have named.
  private var tables: [Table] = []
  /// The place of the one that the last event belonged to.
  private var latest = 0
  private let properties: PropertyAppender
  private var logIsOn = false

  /// Events of one tracker come in a few sets of columns; whoever makes them up anew for each pays for it.
  private static let mostTables = 64

  /// What is made once for all events with the same columns.
  private struct Table {
    let columns: [String]
    let fields: CSVFields
    var decoder: EventDecoder
    var inserter: EventInserter

    func hasColumns(of event: NewEvent) -> Bool {
      columns.elementsEqual(event.fields) { $0 == $1.column }
    }
  }

  init(_ connection: Connection, defaultWebsiteID: String) throws(StoreError) {
    // With a log, SQLite would otherwise give the last commits up when the power fails.
    try connection.execute("PRAGMA synchronous = FULL")
    self.connection = connection
    self.defaultWebsiteID = defaultWebsiteID
    properties = try PropertyAppender(connection)
  }

  /// Appends `events` in a transaction that is on the disk when this returns.
  ///
  /// - Parameter allOrNone: Whether one event with a defect keeps all from being added.
  func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    if !logIsOn { logIsOn = connection.turnLogOn() }
    defer { connection.shortenLog() }
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

  private func append(
    _ event: NewEvent, _ index: Int, _ outcome: inout AppendOutcome
  ) throws(StoreError) {
    func reject(_ defect: RowDefect) {
      outcome.rejections.append(AppendOutcome.Rejection(index: index, defect: defect))
    }
    if let defect = firstDefect(event) { return reject(defect) }
    let place = try place(of: event)
    let fields = tables[place].fields
    fields.beginRow()
    for (slot, field) in event.fields.enumerated() {
      fields[slot] = fields.keep(field.text)
      if fields[slot].contains(0) { return reject(.nulByte) }
    }
    if let defect = tables[place].decoder.decode(fields) { return reject(defect) }
    let row = tables[place].decoder.row
    if try tables[place].inserter.insert(row, fields) {
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
    return event.properties.lazy.compactMap(properties.defect).first
  }

  /// The place of the table for the columns of `event`.
  private func place(of event: NewEvent) throws(StoreError) -> Int {
    if latest < tables.count, tables[latest].hasColumns(of: event) { return latest }
    if let place = tables.firstIndex(where: { $0.hasColumns(of: event) }) {
      latest = place
      return place
    }
    if tables.count == Self.mostTables { tables = [] }
    latest = tables.count
    tables.append(try makeTable(event.fields.map(\.column)))
    return latest
  }

  private func makeTable(_ columns: [String]) throws(StoreError) -> Table {
    let layout = try EventLayout(CSVHeader(path: "an event", names: columns, map: .none))
    return Table(
      columns: columns, fields: layout.makeFields(),
      decoder: EventDecoder(layout, defaultWebsiteID: defaultWebsiteID),
      inserter: try EventInserter(connection, layout, looksUpKnown: true))
  }
}
