/// A state of a store, as its change log identifies it.
struct ChangeLogPosition: Equatable {
  /// The id of the change log, which copies of the store share.
  var recordID: String
  /// A checksum of the definitions of tables and triggers.
  var definitions: UInt64
  /// The largest ids assigned so far.
  var lastEvent: Int64
  var lastProperty: Int64
  var lastChange: Int64
  /// The nonce of the newest entry, which distinguishes this history from all others.
  var nonce: Int64
  /// The `event_id` of the newest event.
  var newestEventID: String
  /// The secret of the change log.
  var cacheKey: CacheKey
}

extension ChangeLogPosition {
  /// The current position; nil if the store has no trusted change log.
  init?(_ connection: Connection) throws(StoreError) {
    guard let record = try ChangeLog.trustedRecord(in: connection),
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

  /// Whether `later` is a later state of the same store.
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

  /// How many ids were assigned between two states. A program may choose any ids, so that the difference may
  /// overflow 64 bits.
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
  /// `other - self`, clamped to the range of `Int64`.
  fileprivate func saturatingDistance(to other: Int64) -> Int64 {
    let (distance, overflows) = other.subtractingReportingOverflow(self)
    return overflows ? (other > self ? .max : .min) : distance
  }
}
