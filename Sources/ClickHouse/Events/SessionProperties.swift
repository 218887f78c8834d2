import EventStore

extension SessionProperty {
  /// A row for each session of a website that has a property with the key: its id, the property's text, and its number as a
  /// text. Of several values the latest counts. Nil if there is no table of them.
  static func statement(_ key: String, of website: String, _ layout: TableLayout) -> SQL? {
    let table = layout.sessions
    guard table.types["session_id"] != nil, table.types["data_key"] != nil else { return nil }
    func value(_ column: String, orNull type: SQL) -> SQL {
      table.types[column] == nil ? "CAST(NULL, \(type))" : "\(name: column)"
    }
    let time: SQL =
      table.types["date_value"] == nil ? "CAST(NULL, 'Nullable(Int64)')" : table.milliseconds("date_value")
    let created: SQL = table.types["created_at"] == nil ? "0" : "created_at"
    let arrival: SQL =
      if let arrival = layout.arrivalColumn, table.types[arrival] != nil { "\(name: arrival)" } else {
        "toString((s, n, d))"
      }
    var condition: SQL = "data_key = \(value: key)"
    if table.types["website_id"] != nil { condition += " AND \(table.isEqual("website_id", website))" }
    return """
      SELECT toString(session) AS session_text, \(EventSource.propertyText) AS text,
        if(isNull(number_value), text, toString(assumeNotNull(number_value)))
      FROM (
        SELECT session, argMax((s, n, d), (created, place)) AS v,
          v.1 AS string_value, v.2 AS number_value, v.3 AS date_value
        FROM (
          SELECT session_id AS session, \(value("string_value", orNull: "'Nullable(String)'")) AS s,
            \(value("number_value", orNull: "'Nullable(Decimal(22, 4))'")) AS n, \(time) AS d,
            \(created) AS created, \(arrival) AS place
          FROM \(layout.from(table)) WHERE \(condition))
        GROUP BY session)
      ORDER BY session_text
      """
  }
}
