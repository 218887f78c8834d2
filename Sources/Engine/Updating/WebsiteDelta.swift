/// Updates the columns of one website after some rows of the store have changed: those of its events and, apart from
/// them, those of its measurements. A changed row may have been either before.
public struct WebsiteDelta {
  /// The id of the website.
  public let id: String
  private var events: ColumnsDelta
  private var measurements: ColumnsDelta

  /// Fails if the columns have no source row ids, or if they must be assembled again from all rows.
  public init?(_ columns: WebsiteColumns) {
    let none = WebsiteColumns(idWithoutEvents: columns.id)
    guard let events = ColumnsDelta(columns.with(measurements: nil)),
      let measurements = ColumnsDelta(columns.measurements ?? none)
    else { return nil }
    id = columns.id
    (self.events, self.measurements) = (events, measurements)
  }

  /// Records that events of the session with this ``identityHash(_:)`` were inserted, changed or deleted.
  public mutating func invalidate(session key: UInt64) {
    events.invalidate(session: key)
    measurements.invalidate(session: key)
  }

  /// Records that an event of the visit with this ``identityHash(_:)`` was inserted or changed.
  public mutating func invalidate(visit key: UInt64) {
    events.invalidate(visit: key)
    measurements.invalidate(visit: key)
  }

  /// Returns whether the session and the visit of an event with this type are among those that are read again.
  ///
  /// - Parameter visit: Nil if the event has no visit.
  public func isInvalidated(session: UInt64, visit: UInt64?, type: UInt8) -> Bool {
    func isInvalidated(_ delta: borrowing ColumnsDelta) -> Bool {
      delta.isInvalidated(session: session) && visit.map { delta.isInvalidated(visit: $0) } ?? true
    }
    return type == EventType.performance ? isInvalidated(measurements) : isInvalidated(events)
  }

  /// Finds the touched sessions in the old columns, and the sessions that share a visit with them.
  public mutating func findAffectedSessions() {
    events.findAffectedSessions()
    measurements.findAffectedSessions()
  }

  /// The source ids of the rows that the touched sessions had, in no particular order.
  public var rowIDs: [Int64] { events.rowIDs + measurements.rowIDs }

  /// The months of the old partitions, by which new rows must be partitioned.
  public var periods: PartitionMonths {
    PartitionMonths(events: events.periods, measurements: measurements.periods)
  }

  /// Returns the columns with the touched sessions replaced by those in `new`, which was partitioned by
  /// ``periods``. Returns nil if nothing is left and `new` is nil, that is, no row of the website was read.
  public func finish(_ new: WebsiteColumns?) -> WebsiteColumns? {
    let measurements = measurements.finish(new?.measurements)
    let events = events.finish(new?.with(measurements: nil))
    if events == nil, measurements == nil { return nil }
    return (events ?? WebsiteColumns(idWithoutEvents: id)).with(measurements: measurements)
  }
}
