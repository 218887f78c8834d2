// The tables and triggers of the change log, exactly as SQLite stores them in `sqlite_master`.

extension ChangeLog {
  /// Tables first, then triggers. A missing table gets no triggers.
  static func definitions(in connection: Connection) throws(StoreError) -> [String] {
    let present = Set(try connection.texts("SELECT lower(name) FROM sqlite_master WHERE type = 'table'"))
    return tables.map(\.definition)
      + triggers.filter { present.contains($0.table) }.flatMap(\.definitions)
  }

  static let tables = [
    (
      name: "change_record",
      definition: """
      CREATE TABLE change_record (
        record_id TEXT NOT NULL,
        schema_version INTEGER NOT NULL,
        cache_key BLOB NOT NULL
      )
      """
    ),
    (
      name: "change_log",
      definition: """
      CREATE TABLE change_log (
        change_id INTEGER PRIMARY KEY,
        website_id,
        session_id,
        row_id INTEGER,
        nonce INTEGER NOT NULL
      )
      """
    ),
  ]

  /// The triggers of one table.
  struct Triggers {
    let table: String
    let names: [String]
    let definitions: [String]

    /// - Parameter triggers: for each trigger its name, its timing (with the condition) and its body.
    init(_ table: String, _ triggers: [(name: String, timing: String, body: String)]) {
      self.table = table
      names = triggers.map { "\(table)_\($0.name)" }
      definitions = zip(names, triggers).map { name, trigger in
        let timing = trigger.timing.split(separator: "\n", maxSplits: 1)
        let condition = timing.count > 1 ? "\n\(timing[1])" : ""
        return "CREATE TRIGGER \(name) \(timing[0]) ON \(table)\(condition)\nBEGIN\n  \(trigger.body);\nEND"
      }
    }
  }

  static let triggers = [
    Triggers("website_event", eventTriggers), Triggers("event_data", propertyTriggers),
    Triggers("website", otherTriggers), Triggers("report", otherTriggers),
    Triggers("revenue", revenueTriggers),
  ]

  /// The columns of an entry.
  private static let entry = "INSERT INTO change_log (website_id, session_id, row_id, nonce)"

  /// The condition that a row is the first one its statement appends, or that its id was chosen explicitly.
  /// While a trigger runs, `sqlite_sequence` still holds the value from before the statement.
  private static func isFirstOrExplicitID(_ table: String) -> String {
    """
    WHEN new.row_id <= (SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = '\(table)')
      OR NOT EXISTS (SELECT 1 FROM \(table) WHERE row_id = new.row_id - 1)
    """
  }

  private static let eventTriggers = [
    (
      "added", "AFTER INSERT\n\(isFirstOrExplicitID("website_event"))",
      "\(entry) VALUES (new.website_id, new.session_id, new.row_id, random())"
    ),
    (
      "updated", "AFTER UPDATE",
      """
      \(entry)
        VALUES (old.website_id, old.session_id, NULL, random()), (new.website_id, new.session_id, new.row_id, random())
      """
    ),
    ("removed", "AFTER DELETE", "\(entry) VALUES (old.website_id, old.session_id, NULL, random())"),
    // REPLACE deletes rows without firing the delete triggers.
    (
      "displaced", "BEFORE INSERT",
      """
      \(entry)
        SELECT website_id, session_id, NULL, random() FROM website_event
        WHERE event_id = new.event_id OR row_id = new.row_id
      """
    ),
    (
      "supplanted", "BEFORE UPDATE\nWHEN new.event_id IS NOT old.event_id OR new.row_id IS NOT old.row_id",
      """
      \(entry)
        SELECT website_id, session_id, NULL, random() FROM website_event
        WHERE event_id = new.event_id OR row_id = new.row_id
      """
    ),
  ]

  /// The session of the event to which a property belongs; NULL if the event does not exist.
  private static func session(of event: String) -> String {
    """
    (SELECT website_id FROM website_event WHERE event_id = \(event)),
        (SELECT session_id FROM website_event WHERE event_id = \(event)), NULL, random()
    """
  }

  private static let displacedProperty = """
    \(entry)
      SELECT e.website_id, e.session_id, NULL, random() FROM event_data p
      JOIN website_event e ON e.event_id = p.event_id WHERE p.row_id = new.row_id
    """

  private static let propertyTriggers = [
    (
      "added", "AFTER INSERT\n\(isFirstOrExplicitID("event_data"))",
      "\(entry) VALUES (\(session(of: "new.event_id")))"
    ),
    (
      "updated", "AFTER UPDATE",
      "\(entry) VALUES (\(session(of: "old.event_id"))), (\(session(of: "new.event_id")))"
    ),
    ("removed", "AFTER DELETE", "\(entry) VALUES (\(session(of: "old.event_id")))"),
    ("displaced", "BEFORE INSERT", displacedProperty),
    ("supplanted", "BEFORE UPDATE\nWHEN new.row_id IS NOT old.row_id", displacedProperty),
  ]

  /// An entry that says no more than that amounts have changed: a session of no website, which no event has. Few
  /// programs change amounts, and another program may have made the table, with columns and keys of its own.
  static let amountsChanged =
    "INSERT INTO change_log (session_id, nonce) VALUES ('\(sessionOfAmounts)', random())"
  /// With no website, the session of an entry that records a change of the table `revenue`.
  static let sessionOfAmounts = "revenue"

  /// REPLACE deletes rows without firing the delete triggers, but it inserts a row.
  private static let revenueTriggers = ["INSERT", "UPDATE", "DELETE"].map { event in
    (event.lowercased(), "AFTER \(event)", amountsChanged)
  }

  /// For tables that hold no events.
  private static let otherTriggers = ["INSERT", "UPDATE", "DELETE"].map { event in
    (event.lowercased(), "AFTER \(event)", "INSERT INTO change_log (nonce) VALUES (random())")
  }
}

extension ChangeLog {
  /// Triggers created by older versions, whose entries had no nonce.
  static let olderTriggers = [
    "website_event_placed", "website_event_changed", "website_event_deleted", "website_event_replaced",
    "website_event_overwritten", "event_data_placed", "event_data_changed", "event_data_deleted",
    "event_data_replaced", "event_data_overwritten",
  ]

  static let olderTables = [
    (name: "store_identity", definition: "CREATE TABLE store_identity (store_id TEXT NOT NULL)"),
    (
      name: "change",
      definition: """
      CREATE TABLE change (
        change_id INTEGER PRIMARY KEY AUTOINCREMENT,
        website_id,
        session_id,
        row_id INTEGER
      )
      """
    ),
  ]
}
