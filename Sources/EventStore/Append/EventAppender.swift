import Engine

/// Appends events to a store that this program made.
///
/// Events are treated as rows of a CSV file that has their columns, so what is a defect in a file is one here,
/// and what is derived there is derived here. Kept from request to request: what it has prepared holds no lock.
final class EventAppender {
  private let connection: Connection
  private let defaultWebsiteID: String
  /// See ``Table/taken``.
  private var tables: [Table] = []
  /// The place of the one that the last event belonged to.
  private var latest = 0
  private let properties: PropertyInserter
  private var logIsOn = false

  /// Events of one tracker need a few; a client that invents new ones for each event pays for it.
  private static let maximumTables = 64
  private static let addresses = [ColumnMap.url, ColumnMap.referrer]
  private static let derived = EventLayout.derivedFields.map(\.rawValue)

  /// What is made once for all events whose addresses are taken apart into the same columns.
  private struct Table {
    /// The addresses that an event has, and those columns that it names itself and that would be taken from them
    /// otherwise; none if there is no address.
    let taken: [String]
    /// By column.
    let slots: [String: Int]
    let fields: CSVFields
    var decoder: EventDecoder
    var inserter: EventInserter
  }

  /// - Parameter connection: runs no triggers; this appender keeps the change log.
  init(_ connection: Connection, defaultWebsiteID: String) throws(StoreError) {
    // With a log, SQLite would otherwise give the last commits up when the power fails.
    try connection.execute("PRAGMA synchronous = FULL")
    self.connection = connection
    self.defaultWebsiteID = defaultWebsiteID
    properties = try PropertyInserter(connection)
  }

  /// Appends `events` in a transaction that is on the disk when this returns.
  ///
  /// - Parameter allOrNone: Whether one event with a defect keeps all from being added.
  func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    if !logIsOn { logIsOn = connection.turnLogOn() }
    connection.shortenLog()
    var outcome = AppendOutcome()
    try connection.execute(Connection.TransactionKind.writing.rawValue)
    do throws(StoreError) {
      for (index, event) in events.enumerated() { try append(event, index, &outcome) }
      if allOrNone, !outcome.rejections.isEmpty {
        connection.rollBack()
        (outcome.added, outcome.known) = (0, 0)
      } else {
        if outcome.added > 0 { try ChangeLog.recordCommit(in: connection) }
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
    fields.clear()
    for field in event.fields {
      guard let slot = tables[place].slots[field.column] else { continue }
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
    if let defect = event.defect { return defect }
    for needed in [EventField.eventID, .sessionID, .createdAt] where event[needed.rawValue] == nil {
      return .missing(column: needed.rawValue)
    }
    return event.properties.lazy.compactMap(\.defect).first
  }

  /// The place of the table for `event`.
  private func place(of event: NewEvent) throws(StoreError) -> Int {
    let taken = taken(event)
    if latest < tables.count, tables[latest].taken == taken { return latest }
    if let place = tables.firstIndex(where: { $0.taken == taken }) {
      latest = place
      return place
    }
    if tables.count == Self.maximumTables { tables = [] }
    latest = tables.count
    tables.append(try makeTable(taken))
    return latest
  }

  private func taken(_ event: NewEvent) -> [String] {
    guard event.fields.contains(where: { Self.addresses.contains($0.column) }) else { return [] }
    return event.fields.map(\.column).filter { Self.addresses.contains($0) || Self.derived.contains($0) }
  }

  private func makeTable(_ taken: [String]) throws(StoreError) -> Table {
    let all = EventField.allCases.map(\.rawValue)
    let columns = taken.isEmpty ? all : taken + all.filter { !Self.derived.contains($0) }
    let layout = try EventLayout(CSVHeader(path: "an event", names: columns, map: .none))
    return Table(
      taken: taken, slots: Dictionary(uniqueKeysWithValues: zip(columns, 0...)),
      fields: layout.makeFields(), decoder: EventDecoder(layout, defaultWebsiteID: defaultWebsiteID),
      inserter: try EventInserter(connection, layout, looksUpKnown: true))
  }
}
