import Engine

/// Reads the events and properties of an SQLite file, in whatever of Umami's layouts they are.
struct SQLiteRows {
  private let connection: Connection
  private let events: EventQuery
  private let properties: PropertyQuery?
  /// Whether an INTEGER time is always milliseconds. Other programs' are seconds where they are small.
  private let timesAreMilliseconds: Bool
  private let defaultWebsiteID: OwnedText

  /// Looks at the tables; throws `noEventTable` or `unusableFile` where they hold no events.
  init(_ connection: Connection, isOurs: Bool, defaultWebsiteID: String) throws(StoreError) {
    let eventColumns = try TableColumns("website_event", in: connection)
    guard !eventColumns.isMissing else {
      throw .noEventTable(
        path: connection.path,
        tables: try connection.texts(
          "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"))
    }
    let sessionColumns = try TableColumns("session", in: connection)
    self.connection = connection
    events = try EventQuery(events: eventColumns, sessions: sessionColumns, path: connection.path)
    properties = PropertyQuery(try TableColumns("event_data", in: connection))
    timesAreMilliseconds = isOurs
    self.defaultWebsiteID = OwnedText(defaultWebsiteID)
  }

  /// Hands every event to `body`, in order of arrival.
  func forEachEvent(
    badRows: BadRows, _ body: (EventRow) -> Void
  ) throws(StoreError) {
    let statement = try connection.prepare(events.sql)
    let arena = ByteArena()
    var row = EventRow()
    while try statement.step() {
      arena.reset()
      if let defect = decode(statement, arena, into: &row) {
        try badRows.add(bad("website_event", statement, defect))
      } else {
        body(row)
      }
    }
  }

  /// Hands every property to `body`.
  func forEachProperty(
    badRows: BadRows, _ body: (PropertyRow) -> Void
  ) throws(StoreError) {
    guard let properties else { return }
    let statement = try connection.prepare(properties.sql)
    let arena = ByteArena()
    var row = PropertyRow()
    while try statement.step() {
      arena.reset()
      if let defect = decode(statement, arena, into: &row) {
        try badRows.add(bad("event_data", statement, defect))
      } else {
        body(row)
      }
    }
  }

  private func bad(_ table: String, _ statement: Statement, _ defect: RowDefect) -> BadRow {
    BadRow(path: connection.path, place: .row(table: table, id: statement.integer(0)), defect: defect)
  }
}

extension SQLiteRows {
  private func decode(_ statement: Statement, _ arena: ByteArena, into row: inout EventRow) -> RowDefect? {
    typealias Position = EventQuery.Position
    row.websiteID = statement.identifier(Position.websiteID, arena)
    if row.websiteID.isEmpty { row.websiteID = defaultWebsiteID.bytes }
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
    row.paidAd = .none
    for network in PaidAd.networks {
      if row.paidAd == .none, !statement.bytes(position).isEmpty { row.paidAd = network }
      position += 1
    }
    return decodeType(statement, into: &row)
  }

  private func decodeTime(_ statement: Statement, into row: inout EventRow) -> RowDefect? {
    let position = EventQuery.Position.createdAt
    guard statement.type(position) != .null else { return .missing(column: EventField.createdAt.rawValue) }
    guard let time = statement.timestamp(position, isMilliseconds: timesAreMilliseconds) else {
      return .notAnInstant(column: EventField.createdAt.rawValue, value: shown(statement.bytes(position)))
    }
    row.createdAtMilliseconds = time
    return nil
  }

  private func decodeType(_ statement: Statement, into row: inout EventRow) -> RowDefect? {
    let position = EventQuery.Position.eventType
    let type =
      statement.type(position) == .integer
      ? UInt8(exactly: statement.integer(position))
      : parseEventType(statement.bytes(position), name: row[.eventName])
    guard let type else {
      return .notANumber(column: EventField.eventType.rawValue, value: shown(statement.bytes(position)))
    }
    row.eventType = type
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
    return nil
  }

  private static let textColumns = TextColumn.allCases
}

extension Statement {
  /// Whether the column is null or a text or blob without content.
  func isEmpty(_ column: Int32) -> Bool { type(column) == .null || bytes(column).isEmpty }

  /// A time in milliseconds since 1970, whether it is a number or text; nil where it is none.
  func timestamp(_ column: Int32, isMilliseconds: Bool) -> Int64? {
    switch type(column) {
    case .integer where isMilliseconds: integer(column)
    case .integer: wholeInTenThousandths(integer(column)).flatMap(timestamp(tenThousandths:))
    case .real: realInTenThousandths(real(column)).flatMap(timestamp(tenThousandths:))
    case .text, .blob: parseTimestamp(bytes(column))
    case .null: nil
    }
  }
}
