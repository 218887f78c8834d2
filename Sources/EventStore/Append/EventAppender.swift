import Engine

/// Appends events to a store created by this program.
///
/// It treats events as rows of a CSV file with the same columns, so that defects and derived values are the
/// same as in a file. It is reused for every request, because its prepared statements hold no lock.
final class EventAppender {
  private let connection: Connection
  /// Times of requests are read by the standard rules.
  private let rules: ReadingRules
  /// See ``Table/ownColumns``.
  private var tables: [Table] = []
  /// The index of the table of the last event.
  private var latest = 0
  private let properties: PropertyInserter
  private var logIsOn = false

  /// The events of one tracker need a few tables; a client that uses new sets of columns for each event slows
  /// itself down.
  private static let maximumTables = 64
  private static let addresses = [ColumnMap.url, ColumnMap.referrer]
  private static let derived = EventLayout.derivedFields.map(\.rawValue)

  /// Everything prepared once for all events whose addresses are split into the same columns.
  private struct Table {
    /// The address columns of the event, and those columns it supplies itself that would otherwise be derived
    /// from the addresses; empty if it has no address.
    let ownColumns: [String]
    /// Slot by column name.
    let slots: [String: Int]
    let fields: RowFields
    var decoder: EventDecoder
    var inserter: EventInserter
  }

  /// - Parameter connection: runs no triggers; this appender maintains the change log.
  init(_ connection: Connection, defaultWebsiteID: String) throws(StoreError) {
    // In WAL mode SQLite would otherwise lose the last commits in a power failure.
    try connection.execute("PRAGMA synchronous = FULL")
    self.connection = connection
    var rules = ReadingRules()
    rules.defaultWebsiteID = defaultWebsiteID
    self.rules = rules
    properties = try PropertyInserter(connection)
  }

  /// Appends `events` in one transaction, which is on disk when this returns.
  ///
  /// - Parameter allOrNone: Whether one defective event prevents all from being added.
  func append(_ events: [NewEvent], allOrNone: Bool) throws(StoreError) -> AppendOutcome {
    if !logIsOn { logIsOn = connection.enableLog() }
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
    let table = try table(for: event)
    let fields = tables[table].fields
    fields.beginRow()
    fields.clear()
    for field in event.fields {
      guard let slot = tables[table].slots[field.column] else { continue }
      fields[slot] = fields.keep(field.text)
      if field.column == EventField.hostname.rawValue { fields[slot] = HostName.withoutWWW(fields[slot]) }
      if fields[slot].contains(0) { return reject(.nulByte) }
    }
    if let defect = tables[table].decoder.decode(fields) { return reject(defect) }
    var row = tables[table].decoder.row
    if try tables[table].inserter.insert(&row, fields) {
      outcome.added += 1
      for property in event.properties { try properties.insert(property, of: row) }
    } else {
      outcome.known += 1
    }
  }

  /// The first defect that is visible without decoding the event's values.
  private func firstDefect(_ event: NewEvent) -> RowDefect? {
    if let defect = event.defect { return defect }
    for needed in [EventField.eventID, .sessionID, .createdAt] where event[needed.rawValue] == nil {
      return .missing(column: needed.rawValue)
    }
    return event.properties.lazy.compactMap(\.defect).first
  }

  /// The index of the table for `event`.
  private func table(for event: NewEvent) throws(StoreError) -> Int {
    let ownColumns = ownColumns(of: event)
    if latest < tables.count, tables[latest].ownColumns == ownColumns { return latest }
    if let known = tables.firstIndex(where: { $0.ownColumns == ownColumns }) {
      latest = known
      return known
    }
    if tables.count == Self.maximumTables { tables = [] }
    latest = tables.count
    tables.append(try makeTable(ownColumns))
    return latest
  }

  private func ownColumns(of event: NewEvent) -> [String] {
    guard event.fields.contains(where: { Self.addresses.contains($0.column) }) else { return [] }
    return event.fields.map(\.column).filter { Self.addresses.contains($0) || Self.derived.contains($0) }
  }

  private func makeTable(_ ownColumns: [String]) throws(StoreError) -> Table {
    let all = EventField.allCases.map(\.rawValue)
    let columns = ownColumns.isEmpty ? all : ownColumns + all.filter { !Self.derived.contains($0) }
    let layout = try EventLayout(ColumnNames(label: "an event", names: columns, map: .none))
    return Table(
      ownColumns: ownColumns, slots: Dictionary(uniqueKeysWithValues: zip(columns, 0...)),
      fields: layout.makeFields(), decoder: EventDecoder(layout, rules),
      inserter: try EventInserter(connection, layout, looksUpKnown: true))
  }
}
