/// What says of a store of our own what has changed in it since some moment, whoever has changed it.
///
/// New rows have ids above all before. For everything else there are triggers, which run in whatever program
/// writes: they note in the table `change_log` the session whose events are no longer what they were, and the
/// row that has to be looked at, where it would not be met otherwise.
///
/// Every entry has a random number that no other history has. Two states of a store in which an entry is the same have
/// all that was recorded up to it in common: a copy that went on by itself, or a backup that was put back, has other
/// entries from there on. So what changes no event is recorded as well, and a commit without an entry is one
/// that the change log knows nothing of. This program runs no triggers when it writes, and makes one entry a commit.
///
/// The change log is trusted only as long as the schema is what it was when the change log was begun, since whoever drops triggers,
/// or makes them again, changes the schema. If it is not, the files tell states apart, until this program
/// writes the next time and begins the change log again (``recordCommit(in:)``).
///
/// Besides its id, the change log has a random secret, which is new whenever the change log is begun: see ``CacheKey``.
///
/// What it cannot know is a change by a connection that runs no triggers, followed by a recorded one before anybody has
/// looked.
enum ChangeLog {
  /// Makes an entry for what this program commits, which runs no triggers; within the transaction that writes. Begins
  /// the change log if there is none, an older one, or one that is not trusted.
  static func recordCommit(in connection: Connection) throws(StoreError) {
    if let kept = connection.keptSchema, try schemaVersion(connection) == kept.version {
      return try addEntry(in: connection)
    }
    guard try !isTrusted(in: connection) else { return try addEntry(in: connection) }
    try begin(in: connection)
  }

  /// Whether the store has a record that was kept all the time.
  static func isTrusted(in connection: Connection) throws(StoreError) -> Bool {
    try trusted(in: connection) != nil
  }

  /// The id of the change log, a checksum of the schema under which it is kept, and its secret; nil if there is no
  /// record that was kept all the time.
  static func trusted(
    in connection: Connection
  ) throws(StoreError) -> (id: String, schema: UInt64, cacheKey: CacheKey)? {
    let version = try schemaVersion(connection)
    let schema: UInt64
    if let kept = connection.keptSchema, kept.version == version {
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
    connection.keptSchema = (version, schema)
    return (statement.text(0), schema, key)
  }

  /// The newest entry; nil if there is none.
  static func newestEntry(in connection: Connection) throws(StoreError) -> (id: Int64, nonce: Int64)? {
    let statement = try connection.prepare(
      "SELECT change_id, nonce FROM change_log ORDER BY change_id DESC LIMIT 1")
    guard try statement.step(), statement.type(1) == .integer else { return nil }
    return (statement.integer(0), statement.integer(1))
  }

  /// Whether the entry `id` is the one with this number.
  static func has(_ id: Int64, _ nonce: Int64, in connection: Connection) throws(StoreError) -> Bool {
    let statement = try connection.prepare("SELECT 1 FROM change_log WHERE change_id = ?1 AND nonce = ?2")
    try statement.bind(id, at: 1)
    try statement.bind(nonce, at: 2)
    return try statement.step()
  }

  private static func addEntry(in connection: Connection) throws(StoreError) {
    try connection.execute("INSERT INTO change_log (nonce) VALUES (random())")
  }

  /// Where somebody else has something under our names, it stays, and there is no change log.
  private static func begin(in connection: Connection) throws(StoreError) {
    connection.keptSchema = nil
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

/// `name` as SQL has it where it is the name of something.
func quoted(_ name: String) -> String {
  var quoted = "\""
  for scalar in name.unicodeScalars {
    if scalar == "\"" { quoted += "\"" }
    quoted.unicodeScalars.append(scalar)
  }
  return quoted + "\""
}
