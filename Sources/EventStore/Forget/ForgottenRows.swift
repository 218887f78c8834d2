/// The statements that delete the rows of forgotten events, in this order: what belongs to events, then the events.
struct ForgottenRows {
  private let connection: Connection
  private let selection: ForgetOptions.Selection
  private let websiteID: String?

  /// Tables of Umami that other programs may have added to a store.
  private static let otherTables = ["revenue", "session_data", "session"]

  /// Runs inside a transaction that writes. Throws `usage` if the store has no such website.
  init(_ connection: Connection, _ options: ForgetOptions) throws(StoreError) {
    self.connection = connection
    selection = options.selection
    websiteID = try options.website.map { name throws(StoreError) in try Self.id(of: name, in: connection) }
    // A temporary file would keep the ids.
    try connection.execute(
      """
      PRAGMA temp_store = MEMORY;
      DROP TABLE IF EXISTS temp.forgotten;
      DROP TABLE IF EXISTS temp.forgotten_event;
      CREATE TEMP TABLE forgotten (session_id PRIMARY KEY) WITHOUT ROWID;
      CREATE TEMP TABLE forgotten_event (event_id PRIMARY KEY) WITHOUT ROWID
      """)
  }

  private static func id(of name: String, in connection: Connection) throws(StoreError) -> String {
    let statement = try connection.prepare(
      """
      SELECT DISTINCT website_id FROM website WHERE ?1 IN (website_id, name, domain)
      UNION SELECT ?1 WHERE EXISTS (SELECT 1 FROM website_event WHERE website_id = ?1)
      """)
    try statement.bind(name, at: 1)
    var ids: [String] = []
    while try statement.step() { ids.append(statement.text(0)) }
    if ids.isEmpty { throw .usage("\(connection.path) has no website \"\(name)\"") }
    guard ids.count == 1 else {
      throw .usage("\(ids.count) websites are called \"\(name)\"; give the id: \(list(ids))")
    }
    return ids[0]
  }

  /// Deletes the rows.
  func delete() throws(StoreError) -> ForgetSummary {
    let others = try Self.otherTables.map { name throws(StoreError) in
      (name: name, columns: try TableColumns(name, in: connection))
    }.filter { $0.columns.has("session_id") }
    switch selection {
    case .visitor(let id): try findSessions(of: id)
    case .before: if !others.isEmpty { try findOldIDs() }
    }
    var summary = ForgetSummary()
    summary.properties = try delete(
      "event_data",
      where: """
        EXISTS (SELECT 1 FROM website_event e WHERE e.event_id = t.event_id AND \(isForgotten("e")))
          OR (\(isForgotten("t")) AND NOT EXISTS (SELECT 1 FROM website_event e WHERE e.event_id = t.event_id))
        """)
    summary.events = try delete("website_event", where: isForgotten("t"))
    if case .before = selection {
      try connection.execute(
        "DELETE FROM temp.forgotten WHERE session_id IN (SELECT session_id FROM website_event)")
    }
    for (name, table) in others {
      guard let condition = condition(table) else { continue }
      let rows = try delete(name, where: condition)
      if rows > 0 { summary.others.append(ForgetSummary.Other(table: name, rows: rows)) }
    }
    try connection.execute("DROP TABLE temp.forgotten; DROP TABLE temp.forgotten_event")
    return summary
  }

  /// Keeps the ids of the events to be deleted and of their sessions, because rows of other tables have no time of
  /// their own that counts.
  private func findOldIDs() throws(StoreError) {
    for (table, id) in [("forgotten", "session_id"), ("forgotten_event", "event_id")] {
      try run(
        """
        INSERT OR IGNORE INTO temp.\(table)
        SELECT \(id) FROM website_event t WHERE \(isForgotten("t")) AND \(id) IS NOT NULL
        """)
    }
  }

  private func findSessions(of visitor: String) throws(StoreError) {
    let statement = try connection.prepare(
      """
      INSERT INTO temp.forgotten
      SELECT ?1 UNION SELECT session_id FROM website_event t WHERE distinct_id = ?1\(ofWebsite("t"))
      """)
    try statement.bind(visitor, at: 1)
    if let websiteID { try statement.bind(websiteID, at: 2) }
    try statement.run()
  }

  /// The condition for a row that has the time and the session of an event.
  private func isForgotten(_ alias: String) -> String {
    switch selection {
    case .before: "(\(alias).created_at < ?1\(ofWebsite(alias)))"
    case .visitor:
      "(\(alias).session_id IN (SELECT session_id FROM temp.forgotten)\(ofWebsite(alias)))"
    }
  }

  private func ofWebsite(_ alias: String) -> String {
    websiteID == nil ? "" : " AND \(alias).website_id = ?2"
  }

  /// The condition for a row of another table, after the events are deleted; nil if its rows have no website, and only
  /// one website forgets. Old rows go only with the last event that they belong to: rows that never had an event stay.
  private func condition(_ table: TableColumns) -> String? {
    if websiteID != nil, !table.has("website_id") { return nil }
    switch selection {
    case .visitor: return isForgotten("t")
    case .before:
      let id =
        table.has("event_id")
        ? "t.event_id IN (SELECT event_id FROM temp.forgotten_event)"
        : "t.session_id IN (SELECT session_id FROM temp.forgotten)"
      return id + ofWebsite("t")
    }
  }

  /// Deletes rows of a table, which `condition` calls `t`; returns how many.
  private func delete(_ table: String, where condition: String) throws(StoreError) -> Int {
    try run("DELETE FROM \(quoted(table)) AS t WHERE \(condition)")
    return connection.changes
  }

  /// Runs a statement whose parameters are the time and the website of the selection.
  private func run(_ sql: String) throws(StoreError) {
    let statement = try connection.prepare(sql)
    if case .before(let milliseconds) = selection, statement.parameterCount > 0 {
      try statement.bind(milliseconds, at: 1)
    }
    if let websiteID, statement.parameterCount > 0 { try statement.bind(websiteID, at: 2) }
    try statement.run()
  }
}
