/// A moment in the life of a store, as its change log tells it.
struct ChangeLogPosition: Equatable {
  /// The change log's own id, which copies of the store share.
  var recordID: String
  /// A checksum of how tables and triggers are defined.
  var definitions: UInt64
  /// The largest ids that were given so far.
  var lastEvent: Int64
  var lastProperty: Int64
  var lastChange: Int64
  /// The random number of the newest entry: what tells this history from all others.
  var nonce: Int64
  /// The `event_id` of the newest event.
  var newestEventID: String
  /// The secret of the change log.
  var cacheKey: CacheKey
}

extension ChangeLogPosition {
  /// Now; nil if the store keeps no change log, or one that has not been kept all the time.
  init?(_ connection: Connection) throws(StoreError) {
    guard let record = try ChangeLog.trusted(in: connection),
      let entry = try ChangeLog.newestEntry(in: connection)
    else { return nil }
    func last(_ table: String) throws(StoreError) -> Int64 {
      try connection.integer("SELECT max(seq) FROM sqlite_sequence WHERE name = '\(table)'")
    }
    (recordID, definitions, cacheKey) = record
    lastEvent = try last("website_event")
    lastProperty = try last("event_data")
    (lastChange, nonce) = entry
    newestEventID = try Self.eventID(lastEvent, connection)
  }

  /// Whether `later` is a moment in the life of the same store, and after this one.
  func canPrecede(_ later: ChangeLogPosition, _ connection: Connection) throws(StoreError) -> Bool {
    guard recordID == later.recordID, definitions == later.definitions, cacheKey == later.cacheKey,
      lastEvent <= later.lastEvent,
      lastProperty <= later.lastProperty, lastChange < later.lastChange
    else { return false }
    guard try ChangeLog.has(lastChange, nonce, in: connection) else { return false }
    return try Self.eventID(lastEvent, connection) == newestEventID
  }

  /// How much was recorded since `earlier`.
  func distance(from earlier: ChangeLogPosition) -> Distance {
    Distance(
      events: earlier.lastEvent.saturatingDistance(to: lastEvent),
      properties: earlier.lastProperty.saturatingDistance(to: lastProperty),
      changes: earlier.lastChange.saturatingDistance(to: lastChange))
  }

  /// Numbers of ids that were given between two moments. Ids may be any numbers that somebody has chosen, so that
  /// there may be more between two than 64 bits count.
  struct Distance {
    let events: Int64
    let properties: Int64
    let changes: Int64

    var greatest: Int64 { max(events, properties, changes) }
  }

  private static func eventID(_ row: Int64, _ connection: Connection) throws(StoreError) -> String {
    let statement = try connection.prepare("SELECT event_id FROM website_event WHERE row_id = ?1")
    try statement.bind(row, at: 1)
    return try statement.step() ? statement.text(0) : ""
  }
}

extension Int64 {
  /// `other - self`, or the number next to it.
  fileprivate func saturatingDistance(to other: Int64) -> Int64 {
    let (distance, overflows) = other.subtractingReportingOverflow(self)
    return overflows ? (other > self ? .max : .min) : distance
  }
}
