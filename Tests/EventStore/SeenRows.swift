import CSQLite
import Engine

@testable import EventStore

/// An event as a reader hands it over, copied.
struct SeenEvent: Equatable {
  var websiteID: String
  var sessionID: String
  var visitID: String
  var eventID: String
  var createdAt: Int64
  var type: UInt8
  var paidAd: AdNetwork
  /// Those that are not empty, by column name.
  var texts: [String: String]

  init(_ row: EventRow) {
    websiteID = text(row.websiteID)
    sessionID = text(row.sessionID)
    visitID = text(row.visitID)
    eventID = text(row.eventID)
    createdAt = row.createdAtMilliseconds
    type = row.eventType
    paidAd = row.clickIDs.network
    texts = [:]
    for column in TextColumn.allCases where !row[column].isEmpty {
      texts[column.columnName] = text(row[column])
    }
  }
}

/// A property as a reader hands it over, copied.
struct SeenProperty: Equatable {
  var eventID: String
  var key: String
  var string: String
  var number: Int64?

  init(_ row: PropertyRow) {
    eventID = text(row.eventID)
    key = text(row.key)
    string = text(row.string)
    number = row.numberTenThousandths
  }
}

private func text(_ bytes: Bytes) -> String { String(decoding: bytes, as: UTF8.self) }

/// What a reader makes of files.
struct SeenRows {
  var events: [SeenEvent] = []
  var properties: [SeenProperty] = []
  var diagnostics: [String] = []

  /// Of CSV files.
  init(csv paths: [String], rules: ReadingRules = ReadingRules()) throws {
    guard case .tables(let tables) = try StoreInput(paths, rules) else { throw StoreError.usage("no CSV") }
    let lines = Lines()
    let badRows = BadRows(isStrict: rules.isStrict, diagnostics: lines.add)
    for input in try ClassifiedTables(tables, rules).rows {
      let fields = input.layout.makeFields()
      switch input.layout {
      case .events(let layout):
        var decoder = EventDecoder(layout, rules)
        try input.table.forEachRow(in: input.table.rows, fields, badRows: badRows) { _ in
          if let defect = decoder.decode(fields) { return defect }
          events.append(SeenEvent(decoder.row))
          for property in fields.properties {
            properties.append(SeenProperty(property.row(of: decoder.row.eventID)))
          }
          return nil
        }
      case .properties(let layout):
        var decoder = PropertyDecoder(layout, rules)
        try input.table.forEachRow(in: input.table.rows, fields, badRows: badRows) { _ in
          if let defect = decoder.decode(fields) { return defect }
          properties.append(SeenProperty(decoder.row))
          return nil
        }
      case .revenue(let layout):
        var decoder = RevenueDecoder(layout, rules)
        try input.table.forEachRow(in: input.table.rows, fields, badRows: badRows) { _ in
          if let defect = decoder.decode(fields) { return defect }
          properties.append(SeenProperty(decoder.row))
          return nil
        }
      }
    }
    badRows.finish()
    diagnostics = lines.all
  }

  /// Of an SQLite file.
  init(sqlite path: String, rules: ReadingRules = ReadingRules()) throws {
    let connection = try Connection(path: path, mode: .readOnly)
    let rows = try SQLiteRows(
      connection, isFootfallStore: try StoreSchema.isFootfallStore(connection), rules: rules)
    let lines = Lines()
    let badRows = BadRows(isStrict: false, diagnostics: lines.add)
    try rows.forEachEvent(badRows: badRows) { event, _ in events.append(SeenEvent(event)) }
    try rows.forEachProperty(badRows: badRows) { properties.append(SeenProperty($0)) }
    badRows.finish()
    diagnostics = lines.all
  }
}
