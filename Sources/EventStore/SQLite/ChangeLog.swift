/// Records what changes in a store created by this program, whichever program makes the change.
///
/// New rows need no log, because their ids are larger than all earlier ones. Triggers record every other
/// change. They run in every program that writes to the store. Each adds an entry to the table `change_log`:
/// the session whose events have changed, and the id of a row to read if a scan of the new rows would miss
/// it.
///
/// Every entry has a random number (nonce) that no other history has. If two states of a store share an
/// entry, they share everything recorded up to it: a copy that was written to separately, or a restored
/// backup, has different entries from that point on. Therefore changes that affect no event are recorded too,
/// and only a commit without an entry is invisible to the change log. This program runs no triggers when it
/// writes; it adds one entry per commit.
///
/// The change log is trusted only while the schema is the one under which the log was started, because
/// dropping or recreating a trigger changes the schema. If the schema has changed, the identities of the
/// files distinguish states instead, until this program writes again and restarts the change log
/// (``recordCommit(in:)``).
///
/// In addition to its id, the change log has a random secret, which is regenerated each time the log is
/// started: see ``CacheKey``.
///
/// Limit: the change log misses a change by a connection that runs no triggers if a recorded change follows
/// before this program has looked.
enum ChangeLog {
  /// Adds the entry for a commit of this program, which runs no triggers. Call it inside the transaction that
  /// writes. Starts the change log if it is missing, outdated or not trusted.
  static func recordCommit(in connection: Connection) throws(StoreError) {
    if let kept = connection.trustedSchema, try schemaVersion(connection) == kept.version {
      return try addEntry(in: connection)
    }
    guard try !isTrusted(in: connection) else { return try addEntry(in: connection) }
    try begin(in: connection)
  }

  /// Adds an entry by which others see that amounts were added. Call it after ``recordCommit(in:)``.
  static func recordAmounts(in connection: Connection) throws(StoreError) {
    if try isTrusted(in: connection) { try connection.execute(amountsChanged) }
  }

  /// Whether the store has a change log that records every change.
  static func isTrusted(in connection: Connection) throws(StoreError) -> Bool {
    try trustedRecord(in: connection) != nil
  }

  /// The id of the change log, a checksum of the schema under which it is maintained, and its secret; nil if
  /// there is no trusted change log.
  static func trustedRecord(
    in connection: Connection
  ) throws(StoreError) -> (id: String, schema: UInt64, cacheKey: CacheKey)? {
    let version = try schemaVersion(connection)
    let schema: UInt64
    if let kept = connection.trustedSchema, kept.version == version {
      schema = kept.checksum
    } else {
      let found = try connection.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
      let all = Set(found)
      guard try definitions(in: connection).allSatisfy(all.contains) else { return nil }
      schema = CacheKey.published.checksum(Array(found.joined(separator: "\0").utf8), of: .text)
    }
    let statement = try connection.prepare(
      "SELECT record_id, cache_key FROM change_record WHERE schema_version = ?1")
    try statement.bind(version, at: 1)
    guard try statement.step(), statement.type(1) == .blob, let key = CacheKey(statement.bytes(1)) else {
      return nil
    }
    connection.trustedSchema = (version, schema)
    return (statement.text(0), schema, key)
  }

  /// The newest entry; nil if there is none.
  static func newestEntry(in connection: Connection) throws(StoreError) -> (id: Int64, nonce: Int64)? {
    let statement = try connection.prepare(
      "SELECT change_id, nonce FROM change_log ORDER BY change_id DESC LIMIT 1")
    guard try statement.step(), statement.type(1) == .integer else { return nil }
    return (statement.integer(0), statement.integer(1))
  }

  /// Whether entry `id` has this nonce.
  static func has(_ id: Int64, _ nonce: Int64, in connection: Connection) throws(StoreError) -> Bool {
    let statement = try connection.prepare("SELECT 1 FROM change_log WHERE change_id = ?1 AND nonce = ?2")
    try statement.bind(id, at: 1)
    try statement.bind(nonce, at: 2)
    return try statement.step()
  }

  private static func addEntry(in connection: Connection) throws(StoreError) {
    try connection.execute("INSERT INTO change_log (nonce) VALUES (random())")
  }

  /// Starts the change log again, with another secret, so that columns of earlier states are not used. Call it inside
  /// the transaction that writes.
  static func restart(in connection: Connection) throws(StoreError) { try begin(in: connection) }

  /// If another program uses one of our names for its own table, the table stays and no change log is
  /// started.
  private static func begin(in connection: Connection) throws(StoreError) {
    connection.trustedSchema = nil
    for name in try ownTriggers(in: connection) { try connection.execute("DROP TRIGGER \(quoted(name))") }
    for (name, definition) in tables + olderTables {
      let statement = try connection.prepare(
        "SELECT type, sql FROM sqlite_master WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view', 'index')"
      )
      try statement.bind(name, at: 1)
      guard try statement.step() else { continue }
      guard statement.text(0) == "table", statement.text(1) == definition else { return }
      statement.reset()
      try connection.execute("DROP TABLE \(quoted(name))")
    }
    for definition in try definitions(in: connection) { try connection.execute(definition) }
    let statement = try connection.prepare(
      """
      INSERT INTO change_record (record_id, schema_version, cache_key)
      VALUES (lower(hex(randomblob(16))), ?1, randomblob(\(CacheKey.byteCount)))
      """)
    try statement.bind(try schemaVersion(connection), at: 1)
    try statement.run()
    try addEntry(in: connection)
  }

  private static func schemaVersion(_ connection: Connection) throws(StoreError) -> Int64 {
    try connection.integer("PRAGMA schema_version")
  }

  private static func ownTriggers(in connection: Connection) throws(StoreError) -> [String] {
    let names = Set(triggers.flatMap(\.names) + olderTriggers)
    return try connection.texts("SELECT name FROM sqlite_master WHERE type = 'trigger'").filter {
      names.contains($0.lowercased())
    }
  }
}

/// `name` as a quoted SQL identifier.
func quoted(_ name: String) -> String {
  var quoted = "\""
  for scalar in name.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}
