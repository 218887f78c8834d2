import CSQLite

/// An import into a store without rows: one transaction, which builds the indexes at its end.
///
/// Ids arrive in random order, so a large index would be rewritten again and again while rows are inserted.
/// Here each index is sorted once; duplicate rows are found at that point and removed. Nothing is committed
/// before the end: an interrupted import leaves the store unchanged.
struct FirstImport {
  private let connection: Connection
  private let definitions: [Definition]

  /// An index.
  private struct Definition {
    let name: String
    let table: String
    let sql: String
  }

  /// The unique key columns of each table.
  private static let keys = [("website_event", "event_id"), ("event_data", "event_id, data_key")]

  /// Nil if the store has rows, if another connection has it open, or if its table definitions were changed,
  /// because changed tables may reject rows.
  init?(_ connection: Connection) throws(StoreError) {
    guard try StoreSchema.hasOwnTables(connection), try Self.isEmpty(connection),
      Self.lockExclusively(connection)
    else { return nil }
    self.connection = connection
    do {
      try connection.execute("BEGIN EXCLUSIVE")
      guard try Self.isEmpty(connection) else {
        connection.rollBack()
        connection.enableLog()
        return nil
      }
      definitions = try Self.definitions(connection)
      for definition in definitions { try connection.execute("DROP INDEX \(quoted(definition.name))") }
    } catch {
      connection.rollBack()
      connection.enableLog()
      throw error
    }
  }

  /// The id that the first row of `website_event` will get, which is greater than zero; nil if no id is left.
  func firstRowID() throws(StoreError) -> Int64? {
    let last = try connection.integer("SELECT max(seq) FROM sqlite_sequence WHERE name = 'website_event'")
    return last == .max ? nil : max(last, 0) + 1
  }

  /// The id that the first row did get; nil if there are no rows.
  func smallestRowID() throws(StoreError) -> Int64? {
    let statement = try connection.prepare("SELECT row_id FROM website_event ORDER BY row_id LIMIT 1")
    return try statement.step() ? statement.integer(0) : nil
  }

  struct Outcome {
    /// How many rows of each table were removed as duplicates.
    let repeatedEvents: Int
    let repeatedProperties: Int
    /// The store's position in the change log after the commit.
    let position: ChangeLogPosition?
  }

  /// Builds the indexes and commits.
  func commit(threads: Int) throws(StoreError) -> Outcome {
    try connection.execute("PRAGMA threads = \(max(threads - 1, 0))")
    var removed: [String: Int] = [:]
    for definition in definitions {
      do throws(StoreError) {
        try connection.prepare(definition.sql).run()
      } catch .sqlite(let failure) where failure.code == SQLITE_CONSTRAINT {
        removed[definition.table, default: 0] += try removeRepeated(definition.table)
        try connection.prepare(definition.sql).run()
      }
    }
    try ChangeLog.recordCommit(in: connection)
    let position = try ChangeLogPosition(connection)
    try connection.execute("COMMIT")
    connection.enableLog()
    return Outcome(
      repeatedEvents: removed["website_event"] ?? 0, repeatedProperties: removed["event_data"] ?? 0,
      position: position)
  }

  /// Leaves the store as it was before the import.
  func rollBack() {
    connection.rollBack()
    connection.enableLog()
  }

  /// Deletes all but the first of the rows with the same key.
  private func removeRepeated(_ table: String) throws(StoreError) -> Int {
    let key = Self.keys.first { $0.0 == table }?.1 ?? "rowid"
    try connection.execute(
      """
      DELETE FROM \(table) WHERE rowid IN (
        SELECT id FROM (
          SELECT rowid AS id, row_number() OVER (PARTITION BY \(key) ORDER BY rowid) AS turn FROM \(table)
        ) WHERE turn > 1)
      """)
    return connection.changes
  }

  private static func isEmpty(_ connection: Connection) throws(StoreError) -> Bool {
    for (table, _) in keys {
      guard try connection.integer("SELECT EXISTS (SELECT 1 FROM \(table))") == 0 else { return false }
    }
    return true
  }

  private static func definitions(_ connection: Connection) throws(StoreError) -> [Definition] {
    let tables = keys.map { "'\($0.0)'" }.joined(separator: ", ")
    let statement = try connection.prepare(
      """
      SELECT name, tbl_name, sql FROM sqlite_master
      WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (\(tables)) ORDER BY rowid
      """)
    var definitions: [Definition] = []
    while try statement.step() {
      definitions.append(
        Definition(name: statement.text(0), table: statement.text(1), sql: statement.text(2)))
    }
    return definitions
  }

  /// Takes exclusive access and turns off WAL mode. The log would hold a second copy of every page, although
  /// new pages need no copy to be undone. Returns false if other connections have the file open.
  private static func lockExclusively(_ connection: Connection) -> Bool {
    (try? connection.texts("PRAGMA journal_mode = DELETE")) == ["delete"]
  }
}
