/// What says of a store of our own what has changed in it since some moment, whoever has changed it.
///
/// New rows have ids above all before. For everything else there are triggers, which run in whatever program
/// writes: they note in the table `change` the session whose events are no longer what they were, and the
/// row that has to be looked at, where it would not be met otherwise.
enum ChangeRecord {
  /// Makes the record in a store that has its tables.
  static func make(in connection: Connection) throws(StoreError) {
    for definition in definitions { try connection.execute(definition) }
    try connection.execute("INSERT INTO store_identity (store_id) VALUES (lower(hex(randomblob(16))))")
  }

  /// Whether the store has a record that was kept all the time. What drops a table drops its triggers.
  static func exists(in connection: Connection) throws(StoreError) -> Bool {
    let found = Set(try connection.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
    return definitions.allSatisfy(found.contains)
  }

  /// As SQLite keeps them in `sqlite_master`, word for word.
  private static let definitions = [
    """
    CREATE TABLE store_identity (store_id TEXT NOT NULL)
    """,
    """
    CREATE TABLE change (
      change_id INTEGER PRIMARY KEY AUTOINCREMENT,
      website_id,
      session_id,
      row_id INTEGER
    )
    """,
    // A row with an id that somebody has chosen, below the newest. While the trigger runs, the sequence is
    // that of before the statement.
    """
    CREATE TRIGGER website_event_placed AFTER INSERT ON website_event
    WHEN new.row_id <= (SELECT seq FROM sqlite_sequence WHERE name = 'website_event')
    BEGIN
      INSERT INTO change (website_id, session_id, row_id) VALUES (new.website_id, new.session_id, new.row_id);
    END
    """,
    """
    CREATE TRIGGER website_event_changed AFTER UPDATE ON website_event
    BEGIN
      INSERT INTO change (website_id, session_id, row_id)
      VALUES (old.website_id, old.session_id, NULL), (new.website_id, new.session_id, new.row_id);
    END
    """,
    """
    CREATE TRIGGER website_event_deleted AFTER DELETE ON website_event
    BEGIN
      INSERT INTO change (website_id, session_id) VALUES (old.website_id, old.session_id);
    END
    """,
    // REPLACE deletes rows without calling it that.
    """
    CREATE TRIGGER website_event_replaced BEFORE INSERT ON website_event
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT website_id, session_id FROM website_event
      WHERE event_id = new.event_id OR row_id = new.row_id;
    END
    """,
    """
    CREATE TRIGGER website_event_overwritten BEFORE UPDATE ON website_event
    WHEN new.event_id IS NOT old.event_id OR new.row_id IS NOT old.row_id
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT website_id, session_id FROM website_event
      WHERE event_id = new.event_id OR row_id = new.row_id;
    END
    """,
    """
    CREATE TRIGGER event_data_placed AFTER INSERT ON event_data
    WHEN new.row_id <= (SELECT seq FROM sqlite_sequence WHERE name = 'event_data')
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT website_id, session_id FROM website_event WHERE event_id = new.event_id;
    END
    """,
    """
    CREATE TRIGGER event_data_changed AFTER UPDATE ON event_data
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT website_id, session_id FROM website_event WHERE event_id IN (old.event_id, new.event_id);
    END
    """,
    """
    CREATE TRIGGER event_data_deleted AFTER DELETE ON event_data
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT website_id, session_id FROM website_event WHERE event_id = old.event_id;
    END
    """,
    """
    CREATE TRIGGER event_data_replaced BEFORE INSERT ON event_data
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT e.website_id, e.session_id FROM event_data p JOIN website_event e ON e.event_id = p.event_id
      WHERE p.row_id = new.row_id;
    END
    """,
    """
    CREATE TRIGGER event_data_overwritten BEFORE UPDATE ON event_data
    WHEN new.row_id IS NOT old.row_id
    BEGIN
      INSERT INTO change (website_id, session_id)
      SELECT e.website_id, e.session_id FROM event_data p JOIN website_event e ON e.event_id = p.event_id
      WHERE p.row_id = new.row_id;
    END
    """,
  ]
}

/// A moment in the life of a store, as its change record tells it.
struct StoreMoment: Equatable {
  /// The store's own id, which its copies share.
  var storeID: String
  /// A checksum of how tables and triggers are defined.
  var definitions: UInt64
  /// The largest ids that were given so far.
  var lastEvent: Int64
  var lastProperty: Int64
  var lastChange: Int64
  /// The `event_id` of the newest event: copies of a store that went on by themselves do not share it.
  var newestEventID: String
}

extension StoreMoment {
  /// Now; nil where the store keeps no record.
  init?(_ connection: Connection) throws(StoreError) {
    guard try ChangeRecord.exists(in: connection),
      let storeID = try connection.texts("SELECT store_id FROM store_identity").first
    else { return nil }
    func last(_ table: String) throws(StoreError) -> Int64 {
      try connection.integer("SELECT seq FROM sqlite_sequence WHERE name = '\(table)'")
    }
    self.storeID = storeID
    definitions = checksum(
      Array(
        try connection.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
          .joined(separator: "\0").utf8))
    lastEvent = try last("website_event")
    lastProperty = try last("event_data")
    lastChange = try last("change")
    newestEventID = try Self.eventID(lastEvent, connection)
  }

  /// Whether `later` is a moment in the life of the same store, and not before this one.
  func canPrecede(_ later: StoreMoment, _ connection: Connection) throws(StoreError) -> Bool {
    guard storeID == later.storeID, definitions == later.definitions, lastEvent <= later.lastEvent,
      lastProperty <= later.lastProperty, lastChange <= later.lastChange
    else { return false }
    return try Self.eventID(lastEvent, connection) == newestEventID
  }

  private static func eventID(_ row: Int64, _ connection: Connection) throws(StoreError) -> String {
    try connection.texts("SELECT event_id FROM website_event WHERE row_id = \(row)").first ?? ""
  }
}
