import Calendar
import Engine
import System

/// A property of a session, of the table `session_data` of a database that Umami made.
public struct SessionProperty: Equatable, Sendable {
  public let sessionID: String
  /// Its `string_value`, else its number, else its date as `2025-05-19T15:00:00Z`; empty if it has none of them.
  public let text: String
  /// The decimal of its `number_value`, else its text.
  public let numberText: String

  package init(sessionID: String, text: String, numberText: String) {
    (self.sessionID, self.text, self.numberText) = (sessionID, text, numberText)
  }
}

extension SessionProperty {
  /// The properties of a website's sessions with the key `key`, the last one of each session; nil if the file has no
  /// table of them. Throws `cancelled`.
  static func all(
    _ key: String, of websiteID: String, in connection: Connection, isCancelled: @escaping () -> Bool
  ) throws(StoreError) -> [SessionProperty]? {
    let table = try TableColumns("session_data", in: connection)
    guard let session = table.column(["session_id"], alias: "d"),
      let keys = table.column(["data_key"], alias: "d")
    else { return nil }
    func column(_ name: String) -> String { table.column([name], alias: "d") ?? "NULL" }
    var conditions = ["\(keys) = ?1"]
    if let website = table.column(["website_id"], alias: "d") {
      conditions.append("\(website) IN (?2, ?3, CAST(?2 AS BLOB))")
    }
    // An export may still have the values that later ones have replaced.
    let order = table.column(["created_at"], alias: "d").map { " ORDER BY \($0)" } ?? ""
    let statement = try connection.prepare(
      """
      SELECT \(session), \(column("string_value")), \(column("number_value")), \(column("date_value"))
      FROM session_data d WHERE \(conditions.joined(separator: " AND "))\(order)
      """)
    try statement.bind(key, at: 1)
    if statement.parameterCount > 1 {
      try statement.bind(websiteID, at: 2)
      if let uuid = UUIDBits(websiteID) { try statement.bind(blob: uuid.bytes, at: 3) }
    }
    var cancellation = CancellationCheck(isCancelled)
    let times = TimestampParser()
    var properties: [SessionProperty] = []
    var places: [[UInt8]: Int] = [:]
    while try statement.step() {
      try cancellation.atNextRow()
      let (string, number) = (statement.text(1), statement.text(2))
      let date = (try? statement.timestamp(3, times, isMilliseconds: false)).map { formatInstant($0) }
      let text = [string, number, date ?? ""].first { !$0.isEmpty } ?? ""
      let property = SessionProperty(
        sessionID: statement.identifierText(0), text: text, numberText: number.isEmpty ? text : number)
      let id = Array(property.sessionID.utf8)
      if let place = places[id] {
        properties[place] = property
      } else {
        places[id] = properties.count
        properties.append(property)
      }
    }
    return properties
  }
}
