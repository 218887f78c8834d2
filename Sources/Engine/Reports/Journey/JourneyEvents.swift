/// The items of events, visit by visit, in order. One is reused from block to block.
///
/// Every array may be longer than it says.
struct JourneyEvents: Sendable {
  /// By event.
  var items: [UInt32] = []
  /// By event: what it matches. Empty if nothing is to be matched.
  var marks: [UInt8] = []
  /// The index of each visit's first event; the last entry is the end of the last visit.
  var visitStarts: [UInt32] = [0]
  var visitCount = 0

  /// The event matches ``JourneyRequest/from``.
  static let fromMark: UInt8 = 1
  /// The event matches ``JourneyRequest/to``.
  static let toMark: UInt8 = 2

  /// Returns the indices of a visit's events.
  @inline(__always)
  func indices(_ visit: Int) -> Range<Int> { Int(visitStarts[visit])..<Int(visitStarts[visit + 1]) }
}

/// The events of visits that several sessions share. They are complete only after all blocks have been scanned.
struct SharedVisitEvents: Sendable {
  private var events: [Event] = []

  private struct Event: Sendable {
    let visit: UInt32
    let time: Int64
    /// Orders the visit's events of one instant.
    let inputOrder: UInt32
    let item: UInt32
    let mark: UInt8

    var sortKey: (UInt32, Int64, UInt32) { (visit, time, inputOrder) }
  }

  mutating func merge(_ other: SharedVisitEvents) { events += other.events }

  /// Moves the visits that several sessions share from the `events` of a block to here.
  ///
  /// - Parameter order: The order of the events.
  /// - Parameter limit: How many events of a visit are needed.
  mutating func take(
    from events: inout JourneyEvents, _ block: BlockRows, _ order: VisitOrder, limit: Int = .max
  ) {
    let inputOrder = block.partition.inputOrder
    var session = 0
    var (keptVisits, keptEvents) = (0, 0)
    for visit in 0..<events.visitCount {
      let indices = events.indices(visit)
      while block.rows(ofSession: session).lowerBound < order.sessions[indices.lowerBound] { session += 1 }
      let ordinal = order.ordinal(indices.lowerBound)
      guard let shared = block.sharedVisit(session: session, ordinal: ordinal) else {
        // Whatever is overwritten has been read.
        events.visitStarts[keptVisits] = UInt32(keptEvents)
        for index in indices {
          events.items[keptEvents] = events.items[index]
          if !events.marks.isEmpty { events.marks[keptEvents] = events.marks[index] }
          keptEvents += 1
        }
        keptVisits += 1
        continue
      }
      for index in indices.prefix(limit) {
        let row = Int(order.rows[index])
        self.events.append(
          Event(
            visit: shared, time: block.time(row),
            inputOrder: inputOrder?[block.block.rows.lowerBound + row] ?? 0, item: events.items[index],
            mark: events.marks.isEmpty ? 0 : events.marks[index]))
      }
    }
    events.visitStarts[keptVisits] = UInt32(keptEvents)
    events.visitCount = keptVisits
  }

  /// Returns the events of all visits. The result is meaningless once the executor is cancelled.
  func sorted(_ executor: ParallelExecutor) -> JourneyEvents {
    var events = events
    executor.sort(&events) { $0.sortKey < $1.sortKey }
    var sorted = JourneyEvents()
    sorted.visitStarts = []
    sorted.items.reserveCapacity(events.count)
    sorted.marks.reserveCapacity(events.count)
    executor.forEach(events.indices) { index in
      sorted.items.append(events[index].item)
      sorted.marks.append(events[index].mark)
      if index == 0 || events[index - 1].visit != events[index].visit {
        sorted.visitStarts.append(UInt32(index))
      }
    }
    if executor.isCancelled { return JourneyEvents() }
    sorted.visitCount = sorted.visitStarts.count
    sorted.visitStarts.append(UInt32(events.count))
    return sorted
  }
}
