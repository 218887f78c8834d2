/// The conversion events of a block.
struct ConversionRows: Sendable {
  /// Rows of the partition, ascending.
  private(set) var rows: [UInt32] = []
  /// By conversion: the ordinal of the visit in its session.
  private(set) var visits: [UInt32] = []
  /// By row of the block: 1 for a conversion event, else 0.
  private var isConversion: [UInt8] = []

  /// Finds the selected events of `block` that have this type and a text with a bit in `matching`.
  mutating func find(
    _ matching: CodePredicate<UInt8>, in column: TextColumn, ofType type: UInt8, _ block: BlockRows
  ) {
    reset(&isConversion, block.count)
    block.partition[column].combine(matching, block.block.rows, into: &isConversion)
    block.clearUnselected(&isConversion, ofType: type)
    list(block)
  }

  /// Finds the events of `block` that have a flag, by row.
  mutating func find(_ flags: [Bool], _ block: BlockRows) {
    reset(&isConversion, block.count)
    for row in flags.indices where flags[row] { isConversion[row] = 1 }
    list(block)
  }

  private mutating func list(_ block: BlockRows) {
    let firstRow = block.block.rows.lowerBound
    var found: [UInt32] = []
    swap(&found, &rows)
    found.removeAll(keepingCapacity: true)
    forEachSet(isConversion.span, block.count) { found.append(UInt32(firstRow + $0)) }
    swap(&found, &rows)
    block.partition.visits.gather(rows, into: &visits)
  }
}

/// How many conversion events there are, and their visitors and visits.
struct ConversionTotals: Sendable {
  private(set) var events = 0
  private(set) var visitors = 0
  /// Visits that belong to only one session.
  private var visitsOfOneSession = 0
  private var sharedVisits: Set<UInt32> = []
  private var marks = VisitMarks()

  var visits: Int { visitsOfOneSession + sharedVisits.count }

  /// Adds the conversions of a block, and calls `body` with the index of each session that has some, and with the indices of
  /// its conversions.
  @inline(__always)
  mutating func add(
    _ conversions: ConversionRows, _ block: BlockRows, _ body: (_ session: Int, _ indices: Range<Int>) -> Void
  ) {
    let (sessionStarts, sharedVisits) = (block.partition.sessionStarts, block.partition.sharedVisits)
    let (rows, starts) = (conversions.rows.span, sessionStarts.span)
    events += rows.count
    var session = block.block.sessions.lowerBound
    var next = 0
    while next < rows.count {
      while starts[session + 1] <= rows[next] { session += 1 }
      var end = next + 1
      while end < rows.count, rows[end] < starts[session + 1] { end += 1 }
      visitors += 1
      countVisits(conversions.visits.span.extracting(next..<end), session, sharedVisits)
      body(session, next..<end)
      next = end
    }
  }

  mutating func merge(_ other: ConversionTotals) {
    events += other.events
    visitors += other.visitors
    visitsOfOneSession += other.visitsOfOneSession
    sharedVisits.formUnion(other.sharedVisits)
  }

  /// Counts the visits of a session's conversions.
  @inline(__always)
  private mutating func countVisits(_ ordinals: Span<UInt32>, _ session: Int, _ shared: SharedVisits) {
    if ordinals.count > VisitMarks.comparedVisits { return countManyVisits(ordinals, session, shared) }
    for index in ordinals.indices {
      let ordinal = ordinals[index]
      if (0..<index).contains(where: { ordinals[$0] == ordinal }) { continue }
      countVisit(shared.number(session: session, ordinal: ordinal))
    }
  }

  @inline(never)
  private mutating func countManyVisits(_ ordinals: Span<UInt32>, _ session: Int, _ shared: SharedVisits) {
    marks.beginSession()
    for index in ordinals.indices where marks.mark(ordinals[index]) {
      countVisit(shared.number(session: session, ordinal: ordinals[index]))
    }
  }

  /// - Parameter shared: The number of the visit if several sessions share it.
  @inline(__always)
  private mutating func countVisit(_ shared: UInt32?) {
    if let shared { sharedVisits.insert(shared) } else { visitsOfOneSession += 1 }
  }
}

/// The visits of the current session that were seen. One is reused from session to session by one thread.
struct VisitMarks: Sendable {
  /// Comparing this many with each other is faster than marking them.
  static let comparedVisits = 16

  /// By ordinal of the visit: the number of the last session that had it. Sessions are numbered from 1.
  private var sessions: [UInt32] = []
  private var session: UInt32 = 0

  mutating func beginSession() { session += 1 }

  /// Marks a visit and returns whether it is new.
  mutating func mark(_ ordinal: UInt32) -> Bool {
    let ordinal = Int(ordinal)
    extend(&sessions, to: ordinal + 1, with: 0)
    defer { sessions[ordinal] = session }
    return sessions[ordinal] != session
  }
}
