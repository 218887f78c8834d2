import Calendar
import Engine

/// Reads the events and properties of an SQLite file: in any of Umami's layouts, or as the rules describe it.
struct SQLiteRows {
  let eventColumns: TableColumns
  let propertyColumns: TableColumns
  let revenueColumns: TableColumns
  /// Whether some columns of events come from the table `session`.
  let joinsSessions: Bool
  private let connection: Connection
  private let events: Events
  private let properties: Properties
  /// Nil if there are no amounts apart from properties.
  private let revenue: RevenueQuery?
  /// Whether an INTEGER time is always in milliseconds. In other programs' files small values are seconds.
  private let timesAreMilliseconds: Bool
  /// Whether events have web vitals.
  private let hasVitals: Bool
  /// Whether the columns include row ids, which incremental loads need.
  private let keepsRowIDs: Bool
  private let defaultWebsiteID: PinnedUTF8
  private let times: TimestampParser
  private let joinedTimes = JoinedTimes()

  /// How many times in two columns a change of the clock made uncertain. Used by one thread.
  private final class JoinedTimes {
    var clockChanges = ClockChangeCount()
  }

  /// How events are read.
  private enum Events {
    /// Columns with the names of Umami's.
    case columns(EventQuery)
    /// Columns that a layout describes, as those of a file.
    case fields(SQLiteTable, EventLayout, ReadingRules)
  }

  private enum Properties {
    case none
    case columns(PropertyQuery)
    case fields(SQLiteTable, PropertyLayout, ReadingRules)
  }

  /// Inspects the tables; throws `noEventTable` or `unusableFile` if they hold no events.
  init(_ connection: Connection, isFootfallStore: Bool, rules: ReadingRules) throws(StoreError) {
    self.connection = connection
    eventColumns = try TableColumns.ofEvents(in: connection, rules)
    propertyColumns = try TableColumns(SQLiteTable.properties, in: connection)
    revenueColumns = try TableColumns(SQLiteTable.revenue, in: connection)
    revenue = rules.table == SQLiteTable.revenue ? nil : RevenueQuery(revenueColumns)
    if rules.describesColumns || (!isFootfallStore && Self.hasAddress(eventColumns)) {
      let tables = try SQLiteTables(connection, isFootfallStore: isFootfallStore, rules)
      events = .fields(tables.events.table, tables.events.layout, tables.events.rules)
      properties = tables.properties.map { .fields($0.table, $0.layout, $0.rules) } ?? .none
      joinsSessions = tables.events.table.joinsSessions
      hasVitals = false
    } else {
      let sessionColumns = try TableColumns(SQLiteTable.sessions, in: connection)
      let query = try EventQuery(events: eventColumns, sessions: sessionColumns, path: connection.path)
      events = .columns(query)
      joinsSessions = query.joinsSessions
      hasVitals = query.hasVitals
      properties = PropertyQuery(propertyColumns).map { .columns($0) } ?? .none
    }
    timesAreMilliseconds = isFootfallStore
    keepsRowIDs = isFootfallStore && eventColumns.hasRowID
    self.defaultWebsiteID = PinnedUTF8(rules.defaultWebsiteID)
    times = TimestampParser(isFootfallStore ? TimeRules() : rules.times)
  }

  /// Whether a table has a full address, which other programs store instead of its parts.
  private static func hasAddress(_ columns: TableColumns) -> Bool {
    let names = ColumnNames(label: columns.table, names: columns.spellings, map: .none)
    return names.has(ColumnMap.url) || names.has(ColumnMap.referrer)
  }

  /// How many of the times read so far a change of the clock made uncertain.
  var clockChanges: ClockChangeCount {
    var changes = times.clockChanges
    changes.add(joinedTimes.clockChanges)
    if case .fields(let table, _, _) = events { changes.add(table.clockChanges) }
    return changes
  }

  /// What the columns of events are read as, with their indexes; nil if they have the names of Umami's.
  var describedTargets: [(String, Int)]? {
    guard case .fields(_, let layout, _) = events else { return nil }
    return layout.targets.filter { $0.1 < eventColumns.spellings.count }
  }

  /// Calls `body` with every event, or with those in a range of row ids, in order of arrival; and with the fields that
  /// have its properties, if columns are properties.
  func forEachEvent(
    in rowIDs: ClosedRange<Int64>? = nil, badRows: BadRows,
    _ body: (EventRow, RowFields?) throws(StoreError) -> Void
  ) throws(StoreError) {
    let statement = try connection.prepare(eventSQL(where: rowIDs.map { Self.condition("e.rowid", $0) }))
    switch events {
    case .columns: try forEachEvent(statement, badRows) { event throws(StoreError) in try body(event, nil) }
    case .fields(let table, let layout, let rules):
      let fields = layout.makeFields()
      var decoder = EventDecoder(layout, rules)
      defer { joinedTimes.clockChanges.add(decoder.clockChanges) }
      try table.forEachRow(of: statement, fields, badRows: badRows) { () throws(StoreError) in
        if let defect = decoder.decode(fields) { return defect }
        try body(decoder.row, fields.hasProperties ? fields : nil)
        return nil
      }
    }
  }

  private func eventSQL(where condition: String?) -> String {
    switch events {
    case .columns(let query): query.sql(where: condition)
    case .fields(let table, _, _): table.sql(where: condition)
    }
  }

  /// Calls `body` with the events that have these row ids, in the order of `ids`.
  func forEachEvent(
    withIDs ids: [Int64], badRows: BadRows, _ body: (EventRow) throws(StoreError) -> Void
  ) throws(StoreError) {
    let statement = try connection.prepare(eventSQL(where: "e.rowid = ?1"))
    for id in ids {
      try statement.bind(id, at: 1)
      try forEachEvent(statement, badRows, body)
      statement.reset()
    }
  }

  /// Calls `body` with the events whose row ids are above `id`, in order of arrival.
  func forEachEvent(
    after id: Int64, badRows: BadRows, _ body: (EventRow) throws(StoreError) -> Void
  ) throws(StoreError) {
    try forEachEvent(try connection.prepare(eventSQL(where: "e.rowid > \(id)")), badRows, body)
  }

  private func forEachEvent(
    _ statement: Statement, _ badRows: BadRows, _ body: (EventRow) throws(StoreError) -> Void
  ) throws(StoreError) {
    let arena = ByteArena()
    var row = EventRow()
    while try statement.step() {
      arena.reset()
      if let defect = decode(statement, arena, into: &row) {
        try badRows.add(bad(eventColumns.table, statement, defect))
      } else {
        try body(row)
      }
    }
  }

  /// Calls `body` with every property.
  func forEachProperty(
    in rowIDs: ClosedRange<Int64>? = nil, badRows: BadRows, _ body: (PropertyRow) -> Void
  ) throws(StoreError) {
    switch properties {
    case .none: return
    case .columns(let query):
      let sql = query.sql(where: rowIDs.map { Self.condition("p.rowid", $0) })
      try forEachProperty(try connection.prepare(sql), badRows, body)
    case .fields(let table, let layout, let rules):
      let fields = layout.makeFields()
      var decoder = PropertyDecoder(layout, rules)
      let sql = table.sql(where: rowIDs.map { Self.condition("e.rowid", $0) })
      try table.forEachRow(of: try connection.prepare(sql), fields, badRows: badRows) {
        () throws(StoreError) in
        if let defect = decoder.decode(fields) { return defect }
        body(decoder.row)
        return nil
      }
    }
  }

  /// Whether the file has a table of amounts that are read.
  var hasRevenue: Bool { revenue != nil }

  /// Calls `body` with every amount, as a property (see ``PropertyRow/ofAmount``).
  func forEachAmount(
    in rowIDs: ClosedRange<Int64>? = nil, badRows: BadRows, _ body: (PropertyRow) -> Void
  ) throws(StoreError) {
    guard let revenue else { return }
    let sql = revenue.sql(where: rowIDs.map { Self.condition("r.rowid", $0) })
    try forEachAmount(try connection.prepare(sql), badRows, body)
  }

  private func forEachAmount(
    _ statement: Statement, _ badRows: BadRows, _ body: (PropertyRow) -> Void
  ) throws(StoreError) {
    let arena = ByteArena()
    var row = PropertyRow.ofAmount
    while try statement.step() {
      arena.reset()
      if let defect = decode(amount: statement, arena, into: &row) {
        try badRows.add(bad(revenueColumns.table, statement, defect))
      } else {
        body(row)
      }
    }
  }

  private static func condition(_ rowID: String, _ range: ClosedRange<Int64>) -> String {
    "\(rowID) BETWEEN \(range.lowerBound) AND \(range.upperBound)"
  }

  /// Reads the properties of single events, one event after another, in order of arrival.
  func properties(badRows: BadRows) throws(StoreError) -> PropertiesOfEvent? {
    guard case .columns(let query) = properties else { return nil }
    return PropertiesOfEvent(
      rows: self, statement: try connection.prepare(query.sql(where: "p.event_id = ?1")),
      amounts: try revenue.map { revenue throws(StoreError) in
        try connection.prepare(revenue.sql(where: "r.event_id = ?1"))
      }, badRows: badRows)
  }

  struct PropertiesOfEvent {
    fileprivate let rows: SQLiteRows
    fileprivate let statement: Statement
    /// Nil if the file has no amounts apart from properties.
    fileprivate let amounts: Statement?
    fileprivate let badRows: BadRows

    func forEach(of event: Bytes, _ body: (PropertyRow) -> Void) throws(StoreError) {
      try statement.bind(borrowing: event, at: 1)
      defer { statement.reset() }
      try rows.forEachProperty(statement, badRows, body)
      guard let amounts else { return }
      try amounts.bind(borrowing: event, at: 1)
      defer { amounts.reset() }
      try rows.forEachAmount(amounts, badRows, body)
    }
  }

  private func forEachProperty(
    _ statement: Statement, _ badRows: BadRows, _ body: (PropertyRow) -> Void
  ) throws(StoreError) {
    let arena = ByteArena()
    var row = PropertyRow()
    while try statement.step() {
      arena.reset()
      if let defect = decode(statement, arena, into: &row) {
        try badRows.add(bad(propertyColumns.table, statement, defect))
      } else {
        body(row)
      }
    }
  }

  /// The website of an event with the website id `id`: the default website if `id` is empty.
  func websiteID(_ id: Bytes) -> Bytes { id.isEmpty ? defaultWebsiteID.bytes : id }

  private func bad(_ table: String, _ statement: Statement, _ defect: RowDefect) -> BadRow {
    BadRow(path: connection.path, place: .row(table: table, id: statement.integer(0)), defect: defect)
  }
}

extension SQLiteRows {
  private func decode(_ statement: Statement, _ arena: ByteArena, into row: inout EventRow) -> RowDefect? {
    typealias Position = EventQuery.Position
    row.rowID = keepsRowIDs ? statement.integer(Position.rowID) : 0
    row.websiteID = websiteID(statement.identifier(Position.websiteID, arena))
    row.sessionID = statement.identifier(Position.sessionID, arena)
    row.visitID = statement.identifier(Position.visitID, arena)
    row.eventID = statement.identifier(Position.eventID, arena)
    guard !row.sessionID.isEmpty else { return .missing(column: EventField.sessionID.rawValue) }
    if let defect = decodeTime(statement, into: &row) { return defect }

    var position = Position.firstText
    for column in Self.textColumns {
      row[column] = statement.bytes(position)
      position += 1
    }
    row.clickIDs = []
    for network in AdNetwork.networks {
      if !statement.bytes(position).isEmpty { row.clickIDs.insert(ClickIDs(network)) }
      position += 1
    }
    if let defect = decodeType(statement, into: &row) { return defect }
    return row.eventType == EventType.performance ? decodeVitals(statement, into: &row) : nil
  }

  private func decodeVitals(_ statement: Statement, into row: inout EventRow) -> RowDefect? {
    row.vitals = WebVitals()
    guard hasVitals else { return nil }
    var position = EventQuery.Position.firstVital
    for vital in Self.vitals {
      row.vitals[vital] = statement.tenThousandths(position)
      if row.vitals[vital] == nil, !statement.isEmpty(position) {
        return .notANumber(column: vital.name, value: shown(statement.bytes(position)))
      }
      position += 1
    }
    return nil
  }

  private func decodeTime(_ statement: Statement, into row: inout EventRow) -> RowDefect? {
    let position = EventQuery.Position.createdAt
    guard statement.type(position) != .null else { return .missing(column: EventField.createdAt.rawValue) }
    do throws(InstantError) {
      row.createdAtMilliseconds = try statement.timestamp(
        position, times, isMilliseconds: timesAreMilliseconds)
      return nil
    } catch {
      return .notAnInstant(
        column: EventField.createdAt.rawValue, value: shown(statement.bytes(position)), reason: error)
    }
  }

  private func decodeType(_ statement: Statement, into row: inout EventRow) -> RowDefect? {
    let position = EventQuery.Position.eventType
    if statement.type(position) == .integer, let type = UInt8(exactly: statement.integer(position)) {
      row.eventType = type
      return nil
    }
    let text = statement.bytes(position)
    guard let outcome = Self.types.outcome(type: text, name: row[.eventName]) else {
      return .notAType(column: EventField.eventType.rawValue, value: shown(text))
    }
    row.eventType = outcome.type
    if outcome.name == .type { row[.eventName] = text }
    return nil
  }

  private func decode(_ statement: Statement, _ arena: ByteArena, into row: inout PropertyRow) -> RowDefect? {
    typealias Position = PropertyQuery.Position
    row.eventID = statement.identifier(Position.eventID, arena)
    guard !row.eventID.isEmpty else { return .missing(column: PropertyField.eventID.rawValue) }
    row.numberTenThousandths = statement.tenThousandths(Position.numberValue)
    if row.numberTenThousandths == nil, !statement.isEmpty(Position.numberValue) {
      return .notANumber(
        column: PropertyField.numberValue.rawValue, value: shown(statement.bytes(Position.numberValue)))
    }
    row.key = statement.bytes(Position.dataKey)
    guard !row.key.isEmpty else { return .missing(column: PropertyField.dataKey.rawValue) }
    row.string = statement.bytes(Position.stringValue)
    row.dataType = dataType(statement.bytes(Position.dataType))
    // As in files: a date is only parsed if it is the value. An invalid one counts as missing.
    let isDate =
      row.string.isEmpty && row.numberTenThousandths == nil && !statement.isEmpty(Position.dateValue)
    row.dateMilliseconds =
      isDate ? try? statement.timestamp(Position.dateValue, times, isMilliseconds: timesAreMilliseconds) : nil
    return nil
  }

  private func decode(
    amount statement: Statement, _ arena: ByteArena, into row: inout PropertyRow
  ) -> RowDefect? {
    typealias Position = RevenueQuery.Position
    row.eventID = statement.identifier(Position.eventID, arena)
    guard !row.eventID.isEmpty else { return .missing(column: RevenueField.eventID.rawValue) }
    guard !statement.isEmpty(Position.revenue) else { return .missing(column: RevenueField.revenue.rawValue) }
    row.numberTenThousandths = statement.tenThousandths(Position.revenue)
    guard row.numberTenThousandths != nil else {
      return .notANumber(
        column: RevenueField.revenue.rawValue, value: shown(statement.bytes(Position.revenue)))
    }
    row.string = statement.bytes(Position.currency)
    return nil
  }

  private static let textColumns = TextColumn.allCases
  private static let vitals = WebVital.allCases
  private static let types = EventTypeRule()
}

extension Statement {
  /// Whether the column is null, or an empty text or blob.
  func isEmpty(_ column: Int32) -> Bool { type(column) == .null || bytes(column).isEmpty }

  /// A time in milliseconds since 1970, stored as a number or text.
  func timestamp(
    _ column: Int32, _ times: TimestampParser, isMilliseconds: Bool
  ) throws(InstantError) -> Int64 {
    switch type(column) {
    case .integer where isMilliseconds:
      guard let time = writableInstant(integer(column)) else { throw .outsideYears }
      return time
    case .integer where times.readsNumbers: return try InstantReader.instant(integer(column))
    case .real where times.readsNumbers: return try InstantReader.instant(real(column))
    case .integer, .real, .text, .blob, .null: return try times.milliseconds(bytes(column))
    }
  }
}
