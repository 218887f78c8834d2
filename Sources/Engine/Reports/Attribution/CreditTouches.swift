/// The visits of the converting sessions of a block. One is reused from block to block by one thread.
///
/// A visit is there if the session has an event of it in range, whether or not the event passes the filters. Visits are
/// ordered by their first events in range, which may be those of other sessions.
struct CreditTouches: Sendable {
  /// By visit: the session's first row of the visit in range, counted from the block's first row. The visit's values are
  /// those of this row.
  private(set) var rows: [UInt32] = []
  /// By visit: the time of its first event in range.
  private(set) var times: [Int64] = []
  /// By visit: what orders it among events of the same time.
  private var orders: [UInt32] = []
  /// By converting session: the index of its first visit; the last entry is the number of all visits.
  private(set) var starts: [Int] = [0]
  private var seen = VisitMarks()

  /// Lists the visits of sessions, which are given by their index in the partition.
  mutating func load(
    _ sessions: [(session: Int, conversions: Range<Int>)], _ block: BlockRows, _ scope: VisitScope
  ) {
    rows.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    orders.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    for (session, _) in sessions {
      load(session, block, scope)
      starts.append(rows.count)
    }
  }

  private mutating func load(_ session: Int, _ block: BlockRows, _ scope: VisitScope) {
    let partition = block.partition
    let (ordinals, allTimes, order) = (partition.visits, partition.times, EventOrder(partition))
    let (first, isWhole) = (block.block.rows.lowerBound, scope.range.contains(block.block.times))
    let hasShared = !partition.sharedVisits.isEmpty
    let start = rows.count
    var isShared = false
    seen.beginSession()
    for row in Int(partition.sessionStarts[session])..<Int(partition.sessionStarts[session + 1]) {
      let ordinal = ordinals[row]
      let time = allTimes[row]
      guard isWhole || scope.range.contains(time), seen.mark(ordinal) else { continue }
      rows.append(UInt32(row - first))
      times.append(time)
      orders.append(order[row])
      if hasShared, let number = partition.sharedVisits.number(session: session, ordinal: ordinal),
        let visit = scope.sharedVisit(number)
      {
        times[times.count - 1] = visit.first.milliseconds
        orders[orders.count - 1] = visit.first.inputOrder
        isShared = true
      }
    }
    if isShared { sort(from: start) }
  }

  private mutating func sort(from start: Int) {
    let sorted = (start..<rows.count).map { (times[$0], orders[$0], rows[$0]) }.sorted(by: <)
    for (index, visit) in sorted.enumerated() {
      (times[start + index], orders[start + index], rows[start + index]) = visit
    }
  }

  /// Returns whether the first event of a visit is not after an event of its session.
  func begins(_ visit: Int, notAfter time: Int64, _ order: UInt32) -> Bool {
    (times[visit], orders[visit]) <= (time, order)
  }
}

/// What orders the events of a partition that have the same time: their arrival, if visits in it are shared with sessions
/// of other partitions, else their row.
struct EventOrder {
  private let inputOrder: Column<UInt32>?

  init(_ partition: Partition) { inputOrder = partition.inputOrder }

  subscript(row: Int) -> UInt32 { inputOrder?[row] ?? UInt32(truncatingIfNeeded: row) }
}
