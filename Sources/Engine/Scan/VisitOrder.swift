/// Chosen rows of a block, ordered by session, then visit, then time. One is reused from block to block.
///
/// Every array is in this order, and may be longer than `count`.
struct VisitOrder: Sendable {
  private var chosen = SessionRows()
  private var marks = SessionMarks()
  /// The first row of the session plus the visit's ordinal in it, which identifies the visit. It ascends from
  /// session to session too, because a session has no more visits than rows.
  private(set) var visits: [UInt32] = []

  var count: Int { chosen.count }
  /// Counted from the block's first row.
  var rows: [UInt32] { chosen.rows }
  /// The first row of the session, which identifies the session.
  var sessions: [UInt32] { chosen.sessions }

  /// Loads the rows whose flag is set.
  mutating func load(_ block: BlockRows, where flags: [Bool]) {
    marks.load(block)
    chosen.load(block, where: flags, marks)
    extend(&visits, to: block.count, with: 0)
    let ordinals = block.partition.visits
    let isGrouped =
      switch ordinals {
      case .one(let column): nameVisits(column.span.extracting(block.block.rows))
      case .two(let column): nameVisits(column.span.extracting(block.block.rows))
      case .four(let column): nameVisits(column.span.extracting(block.block.rows))
      }
    if !isGrouped { groupVisits() }
  }

  /// Removes all rows.
  mutating func removeAll() { chosen.removeAll() }

  /// Loads the rows whose flag is set as they are ordered in the block, but not their sessions and visits.
  mutating func loadRows(_ block: BlockRows, where flags: [Bool]) { chosen.loadRows(block, where: flags) }

  /// Returns the ordinal of a visit in its session.
  func ordinal(_ index: Int) -> UInt32 { visits[index] - sessions[index] }

  /// Writes the codes of `column` to the start of `codes`.
  func copyCodes(_ column: TextColumn, of block: BlockRows, to codes: inout [UInt32]) {
    block.partition[column].copy(rows, count: count, from: block.block.rows.lowerBound, to: &codes)
  }

  /// Writes the index of each visit's first row, and the end of the last visit, to the start of `starts`,
  /// which grows as needed; returns the number of visits.
  func listVisits(into starts: inout [UInt32]) -> Int {
    extend(&starts, to: count + 1, with: 0)
    let listed = listRuns(visits.span.extracting(0..<count), &starts)
    starts[listed] = UInt32(count)
    return listed
  }

  /// Does the same for runs of rows that have the same visit and the same element of `groups`.
  func listVisits(dividedBy groups: [UInt32], into starts: inout [UInt32]) -> Int {
    extend(&starts, to: count + 1, with: 0)
    let listed = listRuns(visits.span.extracting(0..<count), groups.span.extracting(0..<count), &starts)
    starts[listed] = UInt32(count)
    return listed
  }

  /// Writes `visits`, and returns whether the rows of each visit are adjacent. They are, unless visits of one
  /// visitor overlap.
  private mutating func nameVisits<Code: FixedWidthInteger>(_ ordinals: Span<Code>) -> Bool {
    let (count, chosenRows, chosenSessions) = (count, rows, sessions)
    let (rows, sessions) = (chosenRows.span, chosenSessions.span)
    var visits = visits.mutableSpan
    precondition(rows.count >= count && sessions.count >= count && visits.count >= count)
    var isAscending = true
    var previous: UInt32 = 0
    for index in 0..<count {
      let ordinal = UInt32(truncatingIfNeeded: ordinals[Int(rows[unchecked: index])])
      let visit = sessions[unchecked: index] &+ ordinal
      visits[unchecked: index] = visit
      isAscending = isAscending.and(previous <= visit)
      previous = visit
    }
    return isAscending
  }

  /// Sorts the rows by visit. Sessions stay where they are, because their visits ascend.
  private mutating func groupVisits() {
    let order = (0..<count).map { UInt64(visits[$0]) << 32 | UInt64(rows[$0]) }.sorted()
    for (index, entry) in order.enumerated() { visits[index] = UInt32(entry >> 32) }
    chosen.reorder(order.map { UInt32(truncatingIfNeeded: $0) })
  }
}

extension BlockRows {
  /// Calls `body` with the index in `order` of each event whose visit is shared by several sessions, and the number of the
  /// visit.
  func forEachSharedVisitEvent(of order: VisitOrder, _ body: (_ index: Int, _ visit: UInt32) -> Void) {
    var session = 0
    for index in 0..<order.count {
      while rows(ofSession: session).lowerBound < Int(order.sessions[index]) { session += 1 }
      if let visit = sharedVisit(session: session, ordinal: order.ordinal(index)) { body(index, visit) }
    }
  }
}

/// Writes the index of each element that differs from the one before it, and returns how many there are. No
/// element may be `UInt32.max`.
private func listRuns(_ elements: Span<UInt32>, _ indices: inout [UInt32]) -> Int {
  var indices = indices.mutableSpan
  precondition(indices.count >= elements.count)
  var listed = 0
  var latest = UInt32.max
  for index in elements.indices {
    // Sound: `listed` is at most `index`.
    indices[unchecked: listed] = UInt32(truncatingIfNeeded: index)
    listed &+= Int(one: elements[unchecked: index] != latest)
    latest = elements[unchecked: index]
  }
  return listed
}

/// Does the same for pairs of elements.
private func listRuns(_ elements: Span<UInt32>, _ others: Span<UInt32>, _ indices: inout [UInt32]) -> Int {
  var indices = indices.mutableSpan
  precondition(indices.count >= elements.count && others.count == elements.count)
  var listed = 0
  var (latest, latestOther) = (UInt32.max, UInt32.max)
  for index in elements.indices {
    let (element, other) = (elements[unchecked: index], others[unchecked: index])
    // Sound: `listed` is at most `index`.
    indices[unchecked: listed] = UInt32(truncatingIfNeeded: index)
    listed &+= Int(one: (element ^ latest) | (other ^ latestOther) != 0)
    (latest, latestOther) = (element, other)
  }
  return listed
}
