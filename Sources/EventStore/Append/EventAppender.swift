import Engine

/// Appends events to a store created by this program.
///
/// Values are derived from addresses as in a file with the same columns. It is reused for every request, because its
/// prepared statements hold no lock.
final class EventAppender {
  private let connection: Connection
  private let rules: ReadingRules
  private var tables: [Table] = []
  /// The index of the table of the last event.
  private var latest = 0
  private let properties: PropertyInserter
  private var logIsOn = false

  /// The events of one tracker need a few tables; a client that uses new sets of columns for each event slows
  /// itself down.
  private static let maximumTables = 64

  /// What decides which columns of an event are derived from its addresses.
  private struct Addresses: Equatable {
    let hasURL, hasReferrer: Bool
    /// The columns that would be derived, but that the event supplies itself; empty if it has no address.
    let supplied: [EventField]

    init(_ event: NewEvent) {
      hasURL = event.url != nil
      hasReferrer = event.referrer != nil
      let hasAny = hasURL || hasReferrer
      supplied = hasAny ? EventLayout.derivedFields.filter { event.values[$0] != nil } : []
    }

    /// The columns of a file in which events have these addresses.
    var columns: [String] {
      let fields = EventField.allCases.filter { field in
        !hasURL && !hasReferrer || supplied.contains(field) || !EventLayout.derivedFields.contains(field)
      }
      return fields.map(\.rawValue) + (hasURL ? [ColumnMap.url] : [])
        + (hasReferrer ? [ColumnMap.referrer] : [])
    }
  }

  /// Everything prepared once for all events with the same addresses.
  private struct Table {
    let addresses: Addresses
    let layout: EventLayout
    let slots: [EventField: Int]
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
  func append(_ events: [NewEvent]) throws(StoreError) -> AppendOutcome {
    if !logIsOn { logIsOn = connection.enableLog() }
    connection.shortenLog()
    var outcome = AppendOutcome()
    try connection.execute(Connection.TransactionKind.writing.rawValue)
    do throws(StoreError) {
      for event in events { try append(event, &outcome) }
      if outcome.added > 0 { try ChangeLog.recordCommit(in: connection) }
      try connection.execute("COMMIT")
    } catch {
      connection.rollBack()
      throw error
    }
    return outcome
  }

  private func append(_ event: NewEvent, _ outcome: inout AppendOutcome) throws(StoreError) {
    let table = try table(for: event)
    let fields = tables[table].fields
    fields.beginRow()
    fields.clear()
    fill(fields, with: event, tables[table])
    tables[table].decoder.decode(
      fields, createdAtMilliseconds: event.createdAtMilliseconds, type: event.type)
    var row = tables[table].decoder.row
    if try tables[table].inserter.insert(&row, fields) {
      outcome.added += 1
      for property in event.properties { try properties.insert(property, of: row) }
    } else {
      outcome.known += 1
    }
  }

  private func fill(_ fields: RowFields, with event: NewEvent, _ table: Table) {
    func set(_ field: EventField, _ text: String?) {
      if let text, let slot = table.slots[field] { fields[slot] = fields.keep(text) }
    }
    for (field, text) in event.values { set(field, text) }
    set(.eventID, event.id)
    set(.sessionID, event.sessionID)
    set(.websiteID, event.websiteID)
    if let url = event.url, let slot = table.layout.url { fields[slot] = fields.keep(url) }
    if let referrer = event.referrer, let slot = table.layout.referrer {
      fields[slot] = fields.keep(referrer)
    }
    if let slot = table.slots[.hostname] { fields[slot] = HostName.withoutWWW(fields[slot]) }
  }

  /// The index of the table for `event`.
  private func table(for event: NewEvent) throws(StoreError) -> Int {
    let addresses = Addresses(event)
    if latest < tables.count, tables[latest].addresses == addresses { return latest }
    if let known = tables.firstIndex(where: { $0.addresses == addresses }) {
      latest = known
      return known
    }
    if tables.count == Self.maximumTables { tables = [] }
    latest = tables.count
    tables.append(try makeTable(addresses))
    return latest
  }

  private func makeTable(_ addresses: Addresses) throws(StoreError) -> Table {
    let layout = try EventLayout(ColumnNames(label: "an event", names: addresses.columns, map: .none))
    let slots = zip(EventField.allCases, layout.slots).filter { $1 < layout.columnCount }
    return Table(
      addresses: addresses, layout: layout, slots: Dictionary(uniqueKeysWithValues: slots),
      fields: layout.makeFields(), decoder: EventDecoder(layout, rules),
      inserter: try EventInserter(connection, layout, looksUpKnown: true))
  }
}
