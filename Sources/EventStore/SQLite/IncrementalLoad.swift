import Engine

/// Updates the columns of a store created by this program, using its change log.
///
/// It runs inside one transaction, so that everything it reads belongs to one state of the store.
struct IncrementalLoad {
  private let connection: Connection
  private let rows: SQLiteRows
  private let columns: StoreColumns
  private let old: ChangeLogPosition
  private let badRows: BadRows
  private let isCancelled: () -> Bool
  private var updates: [WebsiteDelta] = []
  /// Bytes of a website's id → its index in `updates`.
  private var indexes: [[UInt8]: Int] = [:]
  /// By index in `updates`: whether the website had columns before.
  private var wasKnown: [Bool] = []
  /// Ids of rows to read that are not newer than the old position.
  private var rowIDs: Set<Int64> = []

  /// If more than this fraction of all events and measurements has to be read again, a full load is cheaper.
  private static let maximumChangedFraction = 0.5

  init(
    _ connection: Connection, _ rows: SQLiteRows, _ columns: StoreColumns, since old: ChangeLogPosition,
    badRows: BadRows, isCancelled: @escaping () -> Bool
  ) {
    self.connection = connection
    self.rows = rows
    self.columns = columns
    self.old = old
    self.badRows = badRows
    self.isCancelled = isCancelled
  }

  /// Returns the websites that have changed; nil if that cannot be determined or if too much has changed.
  /// Throws `cancelled`.
  mutating func run(until now: ChangeLogPosition) throws(StoreError) -> [WebsiteColumns]? {
    // Another program's table may have no index by which the amounts of an event are found.
    if rows.hasRevenue, try !StoreSchema.hasOwnRevenue(connection) { return nil }
    let distance = now.distance(from: old)
    guard distance.greatest <= most, try touchChanged(distance.changes), try touchNew() else { return nil }
    for index in updates.indices {
      if isCancelled() { throw .cancelled }
      updates[index].findAffectedSessions()
      rowIDs.formUnion(updates[index].rowIDs)
      if rowIDs.count > most { return nil }
    }
    guard let new = try read() else { return nil }
    var changed: [WebsiteColumns] = []
    for (index, update) in updates.enumerated() {
      if isCancelled() { throw .cancelled }
      if let website = update.finish(new[update.id]) {
        changed.append(website)
      } else if wasKnown[index] {
        // The website may be named by other rows; only a full load can tell.
        return nil
      }
    }
    return changed.contains(where: \.hasTooManyPartitions) ? nil : changed
  }

  private var most: Int64 { Int64(Double(columns.rowCount) * Self.maximumChangedFraction) + 1000 }

  /// The index of a website's update; nil if its columns cannot be updated.
  private mutating func index(of id: Bytes) -> Int? {
    let bytes = Array(id)
    if let index = indexes[bytes] { return index }
    let id = String(decoding: bytes, as: UTF8.self)
    do throws(ColumnCacheError) {
      let columns = try columns.columns(of: id)
      guard let update = WebsiteDelta(columns ?? WebsiteColumns(idWithoutEvents: id)) else { return nil }
      indexes[bytes] = updates.count
      wasKnown.append(columns != nil)
      updates.append(update)
    } catch {
      return nil
    }
    return indexes[bytes]
  }

  /// Marks the sessions with recorded changes. Returns false if entries of the change log are missing.
  private mutating func touchChanged(_ entries: Int64) throws(StoreError) -> Bool {
    let changes = try connection.prepare(
      """
      SELECT c.website_id, c.session_id, e.visit_id, c.row_id,
        c.website_id IS NULL AND c.session_id = '\(ChangeLog.sessionOfAmounts)'
      FROM change_log c LEFT JOIN website_event e ON e.row_id = c.row_id WHERE c.change_id > \(old.lastChange)
      """)
    let arena = ByteArena()
    var count: Int64 = 0
    while try changes.step() {
      arena.reset()
      count += 1
      // An entry without a session records a commit that changed no event.
      if changes.type(1) == .null { continue }
      // The entry of a changed amount.
      if changes.integer(4) != 0 { return false }
      guard touch(changes, arena, hasVisit: true) else { return false }
      if changes.type(3) == .integer { rowIDs.insert(changes.integer(3)) }
    }
    return count == entries
  }

  private mutating func touchNew() throws(StoreError) -> Bool {
    let arena = ByteArena()
    let events = try connection.prepare(
      "SELECT website_id, session_id, visit_id FROM website_event WHERE row_id > \(old.lastEvent)")
    while try events.step() {
      arena.reset()
      guard touch(events, arena, hasVisit: true) else { return false }
    }
    let properties = try connection.prepare(
      """
      SELECT e.website_id, e.session_id FROM event_data p JOIN website_event e ON e.event_id = p.event_id
      WHERE p.row_id > \(old.lastProperty)
      """)
    while try properties.step() {
      arena.reset()
      guard touch(properties, arena, hasVisit: false) else { return false }
    }
    return true
  }

  /// Marks the session in the row of `statement`, whose first two columns are website and session. Also marks
  /// the visit in the third column, if there is one.
  private mutating func touch(_ statement: Statement, _ arena: ByteArena, hasVisit: Bool) -> Bool {
    guard let index = index(of: websiteID(statement, arena)) else { return false }
    updates[index].invalidate(session: identityHash(statement.identifier(1, arena)))
    let visit = hasVisit ? statement.identifier(2, arena) : Bytes(start: nil, count: 0)
    if !visit.isEmpty { updates[index].invalidate(visit: identityHash(visit)) }
    return true
  }

  private func websiteID(_ statement: Statement, _ arena: ByteArena) -> Bytes {
    rows.websiteID(statement.identifier(0, arena))
  }

  /// The columns of all rows that the marked sessions have now; nil if a row's session or visit is not
  /// marked.
  private func read() throws(StoreError) -> ColumnSet? {
    var builder = ColumnsBuilder()
    var isWhole = true
    let properties = try rows.properties(badRows: badRows)
    func add(_ row: EventRow) throws(StoreError) {
      guard let index = indexes[Array(row.websiteID)],
        updates[index].isInvalidated(
          session: identityHash(row.sessionID), visit: row.visitID.isEmpty ? nil : identityHash(row.visitID),
          type: row.eventType)
      else {
        isWhole = false
        return
      }
      builder.append(row)
      try properties?.forEach(of: row.eventID) { builder.append($0) }
    }
    try rows.forEachEvent(withIDs: rowIDs.filter { $0 <= old.lastEvent }.sorted(), badRows: badRows, add)
    try rows.forEachEvent(after: old.lastEvent, badRows: badRows, add)
    guard isWhole else { return nil }
    let columns = builder.finish(isCancelled: isCancelled) { id in
      indexes[Array(id.utf8)].map { updates[$0].periods } ?? PartitionMonths()
    }
    guard let columns else { throw .cancelled }
    return columns
  }
}
