/// The statements that delete the rows of forgotten events, in this order: what belongs to events, then the events.
struct ForgottenRows {
  private let connection: Connection
  private let selection: ForgetOptions.Selection
  private let websiteID: String?
  /// Whether ids may be BLOBs, which other programs write; as texts they are compared with the texts of others.
  private let hasBlobs: Bool
  /// The tables of events and properties that have times of other types than INTEGER.
  private let tablesWithOtherTimes: [String]

  /// Tables of Umami that other programs may have added to a store.
  private static let otherTables = ["revenue", "session_data", "session"]

  /// Runs inside a transaction that writes. Throws `usage` if the store has no such website.
  init(_ connection: Connection, _ options: ForgetOptions) throws(StoreError) {
    self.connection = connection
    selection = options.selection
    hasBlobs = try Self.hasBlobs(connection)
    let hasBlobs = hasBlobs
    websiteID = try options.website.map { name throws(StoreError) in
      try Self.id(of: name, in: connection, hasBlobs)
    }
    var tables: [String] = []
    if case .before = selection {
      for table in [SQLiteTable.events, SQLiteTable.properties]
      where try connection.integer("SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(Self.hasOtherTime))") != 0 {
        tables.append(table)
      }
    }
    tablesWithOtherTimes = tables
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

  /// The condition for a row whose time is neither INTEGER nor missing.
  private static let hasOtherTime = "typeof(created_at) NOT IN ('integer', 'null')"

  private static func hasBlobs(_ connection: Connection) throws(StoreError) -> Bool {
    for table in [SQLiteTable.events, SQLiteTable.properties] + otherTables {
      let columns = try TableColumns(table, in: connection)
      let ids = ["event_id", "session_id", "website_id", "distinct_id"].filter(columns.has)
      if ids.isEmpty { continue }
      let condition = ids.map { "typeof(\($0)) = 'blob'" }.joined(separator: " OR ")
      if try connection.integer("SELECT EXISTS (SELECT 1 FROM \(table) WHERE \(condition))") != 0 {
        return true
      }
    }
    return false
  }

  /// The expression for an id as it is read: a BLOB of 16 bytes is a UUID.
  private static func text(of column: String) -> String {
    let digits = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)].map { start, count in
      "substr(hex(\(column)), \(start), \(count))"
    }
    return "CASE WHEN typeof(\(column)) = 'blob' AND length(\(column)) = 16 "
      + "THEN lower(\(digits.joined(separator: " || '-' || "))) ELSE \(column) END"
  }

  /// The expression for an id that is compared with others.
  private func id(_ column: String) -> String { hasBlobs ? "(\(Self.text(of: column)))" : column }

  private static func id(
    of name: String, in connection: Connection, _ hasBlobs: Bool
  ) throws(StoreError) -> String {
    let id = hasBlobs ? text(of: "website_id") : "website_id"
    let isDefault = name == ReadingRules.nilUUID ? " OR coalesce(website_id, '') = ''" : ""
    let statement = try connection.prepare(
      """
      SELECT DISTINCT website_id FROM website WHERE ?1 IN (website_id, name, domain)
      UNION SELECT ?1 WHERE EXISTS (SELECT 1 FROM website_event WHERE \(id) = ?1\(isDefault))
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
    }.filter { $0.columns.has("session_id") || $0.columns.has("event_id") }
    switch selection {
    case .visitor(let id):
      try findSessions(of: id)
      // Their rows need not name the session.
      if others.contains(where: { $0.columns.has("event_id") }) {
        try find("event_id", in: "forgotten_event")
      }
    case .before(let milliseconds):
      for table in tablesWithOtherTimes { try findOldRows(of: table, before: milliseconds) }
      if !others.isEmpty { try findOldIDs() }
    }
    var summary = ForgetSummary()
    summary.properties = try delete(SQLiteTable.properties, where: isForgottenProperty)
    summary.events = try delete(SQLiteTable.events, where: isForgotten("t", of: SQLiteTable.events))
    if case .before = selection {
      try connection.execute(
        "DELETE FROM temp.forgotten WHERE session_id IN (SELECT \(id("session_id")) FROM website_event)")
    }
    for (name, table) in others {
      guard let condition = condition(table) else { continue }
      let rows = try delete(name, where: condition)
      if rows > 0 { summary.others.append(ForgetSummary.Other(table: name, rows: rows)) }
    }
    try connection.execute(
      """
      DROP TABLE temp.forgotten; DROP TABLE temp.forgotten_event;
      DROP TABLE IF EXISTS temp.old_website_event; DROP TABLE IF EXISTS temp.old_event_data
      """)
    return summary
  }

  /// The condition for a property whose event is forgotten, or that has no event and is old or the visitor's itself. The
  /// ids of events are texts in both tables.
  private var isForgottenProperty: String {
    """
    EXISTS (
        SELECT 1 FROM website_event e
        WHERE e.event_id = t.event_id AND \(isForgotten("e", of: SQLiteTable.events)))
      OR (\(isForgotten("t", of: SQLiteTable.properties))
        AND NOT EXISTS (SELECT 1 FROM website_event e WHERE e.event_id = t.event_id))
    """
  }

  /// Keeps the rows whose time is not INTEGER and, as it is read, before `milliseconds`. A row without a valid time stays:
  /// it counts in no report.
  private func findOldRows(of table: String, before milliseconds: Int64) throws(StoreError) {
    try connection.execute(
      "DROP TABLE IF EXISTS temp.old_\(table); CREATE TEMP TABLE old_\(table) (row_id INTEGER PRIMARY KEY)")
    let rows = try connection.prepare("SELECT rowid, created_at FROM \(table) WHERE \(Self.hasOtherTime)")
    let insertion = try connection.prepare("INSERT INTO temp.old_\(table) VALUES (?1)")
    let times = TimestampParser()
    while try rows.step() {
      guard let time = try? rows.timestamp(1, times, isMilliseconds: true), time < milliseconds else {
        continue
      }
      try insertion.bind(rows.integer(0), at: 1)
      try insertion.run()
    }
  }

  /// Keeps the ids of the events to be deleted and of their sessions, because rows of other tables have no time of
  /// their own that counts.
  private func findOldIDs() throws(StoreError) {
    try find("session_id", in: "forgotten")
    try find("event_id", in: "forgotten_event")
  }

  /// Keeps an id of the events to be deleted in a temporary table.
  private func find(_ column: String, in table: String) throws(StoreError) {
    try run(
      """
      INSERT OR IGNORE INTO temp.\(table)
      SELECT \(id(column)) FROM website_event t
      WHERE \(isForgotten("t", of: SQLiteTable.events)) AND \(column) IS NOT NULL
      """)
  }

  private func findSessions(of visitor: String) throws(StoreError) {
    let statement = try connection.prepare(
      """
      INSERT OR IGNORE INTO temp.forgotten
      SELECT ?1 UNION SELECT \(id("session_id")) FROM website_event t
      WHERE \(id("distinct_id")) = ?1 AND session_id IS NOT NULL\(ofWebsite("t"))
      """)
    try statement.bind(visitor, at: 1)
    if let websiteID { try statement.bind(websiteID, at: 2) }
    try statement.run()
  }

  /// The condition for a row that has the time and the session of an event.
  private func isForgotten(_ alias: String, of table: String) -> String {
    switch selection {
    case .before:
      let isOld =
        tablesWithOtherTimes.contains(table)
        ? "CASE typeof(\(alias).created_at) WHEN 'integer' THEN \(alias).created_at < ?1 "
          + "ELSE \(alias).rowid IN (SELECT row_id FROM temp.old_\(table)) END"
        : "\(alias).created_at < ?1"
      return "(\(isOld)\(ofWebsite(alias)))"
    case .visitor:
      return "(\(id("\(alias).session_id")) IN (SELECT session_id FROM temp.forgotten)\(ofWebsite(alias)))"
    }
  }

  private func ofWebsite(_ alias: String) -> String {
    guard let websiteID else { return "" }
    let column = "\(alias).website_id"
    // Events that name no website belong to this one.
    let isDefault = websiteID == ReadingRules.nilUUID ? " OR coalesce(\(column), '') = ''" : ""
    return " AND (\(id(column)) = ?2\(isDefault))"
  }

  /// The condition for a row of another table, after the events are deleted; nil if nothing says to which event or, if only
  /// one website forgets, to which website it belongs. Old rows go only with the last event that they belong to: rows that
  /// never had an event stay.
  private func condition(_ table: TableColumns) -> String? {
    // An event is of one website, so a row that names the event need not name the website.
    let ofEvent =
      table.has("event_id") ? "\(id("t.event_id")) IN (SELECT event_id FROM temp.forgotten_event)" : nil
    let namesSession = table.has("session_id") && (websiteID == nil || table.has("website_id"))
    switch selection {
    case .visitor:
      let conditions = [ofEvent, namesSession ? isForgotten("t", of: table.table) : nil].compactMap(\.self)
      return conditions.isEmpty ? nil : conditions.joined(separator: " OR ")
    case .before:
      let ofSession = "\(id("t.session_id")) IN (SELECT session_id FROM temp.forgotten)"
      return ofEvent ?? (namesSession ? ofSession + ofWebsite("t") : nil)
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
