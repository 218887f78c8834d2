import Engine

/// The SELECT that reads a file's events, whatever columns its tables have.
///
/// A column that is missing from `website_event` comes from the table `session`, in which Umami's relational
/// databases store values that are constant within a session. A column missing from both is NULL.
struct EventQuery {
  /// Whether some columns come from the table `session`.
  let joinsSessions: Bool
  /// Whether the result has the web vitals of measurements, after the click ids.
  let hasVitals: Bool
  private let select: String
  private let order: String

  /// The events that match `condition`, which refers to the table as `e`, or all events; in order of arrival.
  func sql(where condition: String?) -> String {
    "\(select)\(condition.map { " WHERE \($0)" } ?? "")\(order)"
  }

  /// Column positions in the result; text columns and click ids follow.
  enum Position {
    static let rowID: Int32 = 0
    static let websiteID: Int32 = 1
    static let sessionID: Int32 = 2
    static let visitID: Int32 = 3
    static let eventID: Int32 = 4
    static let createdAt: Int32 = 5
    static let eventType: Int32 = 6
    static let firstText: Int32 = 7
    static let firstVital = firstText + Int32(TextColumn.allCases.count + AdNetwork.networks.count)
  }

  /// Throws `unusableFile` if `events` lacks a required column.
  init(events: TableColumns, sessions: TableColumns, path: String) throws(StoreError) {
    try Self.requireColumns(events, path)
    let join = Self.joinCondition(events, sessions)
    func expression(_ names: [String]) -> String {
      if let own = events.column(names, alias: "e") { return own }
      return join == nil ? "NULL" : sessions.column(names, alias: "s") ?? "NULL"
    }
    let fixed: [EventField] = [.websiteID, .sessionID, .visitID, .eventID, .createdAt, .eventType]
    let texts = TextColumn.allCases.map(\.columnName) + AdNetwork.networks.map(\.columnName)
    let vitals = WebVital.allCases.map { events.column([$0.name], alias: "e") }
    hasVitals = vitals.contains { $0 != nil }
    let columns =
      [events.hasRowID ? "e.rowid" : "0"]
      + fixed.map { field in
        // A session's own creation time is not the event's time.
        field == .createdAt ? events.column(field.names, alias: "e") ?? "NULL" : expression(field.names)
      }
      + texts.map { expression(EventField(rawValue: $0)?.names ?? [$0]) }
      + (hasVitals ? vitals.map { $0 ?? "NULL" } : [])
    select =
      "SELECT \(columns.joined(separator: ", ")) FROM \(quoted(events.table)) e"
      + (join.map { " LEFT JOIN session s ON \($0)" } ?? "")
    order = events.hasRowID ? " ORDER BY e.rowid" : ""
    joinsSessions = join != nil
  }

  private static func requireColumns(_ events: TableColumns, _ path: String) throws(StoreError) {
    for field in [EventField.sessionID, .createdAt] where events.column(field.names, alias: "e") == nil {
      throw .unusableFile(
        path: path,
        sentence: "has no column \(field.rawValue) in table \(events.table); name the column to use instead: "
          + "--map \(field.rawValue)=…")
    }
  }

  /// The join condition that finds a session's row; nil if the tables cannot be joined.
  private static func joinCondition(_ events: TableColumns, _ sessions: TableColumns) -> String? {
    let names = EventField.sessionID.names
    guard let own = events.column(names, alias: "e"), let other = sessions.column(names, alias: "s") else {
      return nil
    }
    return "\(other) = \(own)"
  }
}

/// The SELECT that reads a file's amounts, the rows of the table `revenue`.
struct RevenueQuery {
  private let select: String
  private let order: String

  /// The amounts that match `condition`, which refers to the table as `r`, or all; in order of arrival.
  func sql(where condition: String?) -> String {
    "\(select)\(condition.map { " WHERE \($0)" } ?? "")\(order)"
  }

  enum Position {
    static let rowID: Int32 = 0
    static let eventID: Int32 = 1
    static let revenue: Int32 = 2
    static let currency: Int32 = 3
  }

  /// Nil if the file has no amounts, or a table that does not say of which event or how much.
  init?(_ columns: TableColumns) {
    guard let event = columns.column([RevenueField.eventID.rawValue], alias: "r"),
      let revenue = columns.column([RevenueField.revenue.rawValue], alias: "r")
    else { return nil }
    let currency = columns.column([RevenueField.currency.rawValue], alias: "r") ?? "NULL"
    select = "SELECT \(columns.hasRowID ? "r.rowid" : "0"), \(event), \(revenue), \(currency) FROM revenue r"
    order = columns.hasRowID ? " ORDER BY r.rowid" : ""
  }
}

/// The SELECT that reads a file's properties.
struct PropertyQuery {
  private let select: String
  private let order: String

  /// The properties that match `condition`, which refers to the table as `p`, or all; in order of arrival.
  func sql(where condition: String?) -> String {
    "\(select)\(condition.map { " WHERE \($0)" } ?? "")\(order)"
  }

  enum Position {
    static let rowID: Int32 = 0
    static let eventID: Int32 = 1
    static let dataKey: Int32 = 2
    static let stringValue: Int32 = 3
    static let numberValue: Int32 = 4
    static let dateValue: Int32 = 5
    static let dataType: Int32 = 6
  }

  /// Nil if the file has no event data.
  init?(_ properties: TableColumns) {
    guard !properties.isMissing else { return nil }
    let fields: [PropertyField] = [.eventID, .dataKey, .stringValue, .numberValue, .dateValue, .dataType]
    let columns =
      [properties.hasRowID ? "p.rowid" : "0"]
      + fields.map { properties.column($0.names, alias: "p") ?? "NULL" }
    select = "SELECT \(columns.joined(separator: ", ")) FROM event_data p"
    order = properties.hasRowID ? " ORDER BY p.rowid" : ""
  }
}
