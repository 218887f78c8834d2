import System

/// The stays of a partition's views: pairs of a session and a visit that have a view, in the order of sessions.
///
/// Visitors look at several pages, so there are far fewer stays than views, and nearly all stays lie in one unit of time.
/// Only for partitions without shared visits.
struct ViewStays: Sendable {
  /// By stay: the rows of its first and its last view.
  private(set) var firstRows: [UInt32] = []
  private(set) var lastRows: [UInt32] = []
  /// By stay.
  private(set) var views: [UInt32] = []
  /// By stay: ``beginsSession`` and ``isEngaged``.
  private(set) var flags: [UInt8] = []
  /// By block: its first stay; the last entry is the number of stays.
  private var blockStarts: [Int] = []

  static let beginsSession: UInt8 = 1
  /// The visit has a custom event.
  static let isEngaged: UInt8 = 2

  fileprivate init(_ partition: Partition) {
    let engaged = partition.engagedVisits
    var (flags, order) = ([Bool](), VisitOrder())
    var runs: [UInt32] = []
    var selection = SelectionVector()
    for block in partition.blocks {
      blockStarts.append(views.count)
      selection.selectAll(block.rows.count)
      let rows = BlockRows(partition: partition, number: 0, block: block, selection: selection)
      rows.mark(.views, into: &flags)
      order.load(rows, where: flags)
      var session = UInt32.max
      for visit in 0..<order.listVisits(into: &runs) {
        let (first, end) = (Int(runs[visit]), Int(runs[visit + 1]))
        let base = UInt32(block.rows.lowerBound)
        firstRows.append(base + order.rows[first])
        lastRows.append(base + order.rows[end - 1])
        views.append(UInt32(end - first))
        let isEngaged = engaged[Int(base + order.visits[first])] != 0
        self.flags.append(
          (order.sessions[first] != session ? Self.beginsSession : 0) | (isEngaged ? Self.isEngaged : 0))
        session = order.sessions[first]
      }
    }
    blockStarts.append(views.count)
  }

  /// Returns the stays of a block of the partition.
  func range(of block: Block, in partition: Partition) -> Range<Int> {
    let blocks = partition.blocks
    let index = blocks.indices.partitionPoint { blocks[$0].rows.lowerBound >= block.rows.lowerBound }
    return blockStarts[index]..<blockStarts[index + 1]
  }
}

extension Partition {
  var viewStays: ViewStays { derived.viewStays.value { ViewStays(self) } }
}

extension TrafficKernel {
  /// Whether the views of a block can be counted stay by stay.
  func countsStays(of block: BlockRows) -> Bool {
    guard grouping.dimension == nil, case .views = events else { return false }
    return block.selection.isWhole && block.partition.sharedVisits.isEmpty
  }

  /// Adds all views of a block to `accumulator`.
  func countStays(_ block: BlockRows, into accumulator: inout StayAccumulator) {
    switch block.partition.times.offsets {
    case .four(let column): countStays(block, column.span, into: &accumulator)
    case .eight(let column): countStays(block, column.span, into: &accumulator)
    }
  }

  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, into accumulator: inout StayAccumulator
  ) {
    let (stays, unit) = (block.partition.viewStays, block.partition.times.unitMilliseconds)
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let range = stays.range(of: block.block, in: block.partition)
    let mask = bouncingMask
    var (views, visitors, bounces, seconds) = (0, 0, 0, Int64(0))
    for stay in range {
      let length =
        Int64(truncatingIfNeeded: offsets[Int(lastRows[stay])] &- offsets[Int(firstRows[stay])]) &* unit
      views &+= Int(stayViews[stay])
      visitors &+= Int(flags[stay] & ViewStays.beginsSession)
      bounces &+= Int(one: (stayViews[stay] == 1).and(flags[stay] & mask == 0))
      seconds &+= length / 1000
    }
    accumulator.add(
      views: views, visitors: visitors, visits: range.count, bounces: bounce == .none ? 0 : bounces,
      totalSeconds: seconds)
  }

  /// The flags of stays that are no bounce, however many views they have.
  private var bouncingMask: UInt8 { bounce == .engaged ? ViewStays.isEngaged : 0 }

  /// Adds all views of a block to the accumulators of their units.
  func countStays(
    _ block: BlockRows, _ units: RetentionBuckets, base: Int, into accumulators: inout [StayAccumulator]
  ) {
    switch block.partition.times.offsets {
    case .four(let column): countStays(block, column.span, units, base: base, into: &accumulators)
    case .eight(let column): countStays(block, column.span, units, base: base, into: &accumulators)
    }
  }

  private func countStays<Offset: FixedWidthInteger & UnsignedInteger>(
    _ block: BlockRows, _ offsets: Span<Offset>, _ units: RetentionBuckets, base: Int,
    into accumulators: inout [StayAccumulator]
  ) {
    let (stays, unit) = (block.partition.viewStays, block.partition.times.unitMilliseconds)
    let (firstRows, lastRows) = (stays.firstRows.span, stays.lastRows.span)
    let (stayViews, flags) = (stays.views.span, stays.flags.span)
    let range = stays.range(of: block.block, in: block.partition)
    let mask = bouncingMask
    var accumulators = accumulators.mutableSpan
    var session = 0
    for stay in range {
      let (first, last) = (
        UInt64(truncatingIfNeeded: offsets[Int(firstRows[stay])]),
        UInt64(truncatingIfNeeded: offsets[Int(lastRows[stay])])
      )
      let number = base &+ stay &- range.lowerBound
      session = session.replaced(by: number, where: flags[stay] & ViewStays.beginsSession != 0)
      let mayBounce = (bounce != .none).and(flags[stay] & mask == 0)
      let day = units.day(of: first)
      if units.instant(last) < units.end(of: day) {
        accumulators[day].add(
          views: Int(stayViews[stay]), from: Int64(first) &* unit, through: Int64(last) &* unit,
          session: session, stay: number, mayBounce: mayBounce)
      } else {
        block.partition.forEachView(ofStayFrom: Int(firstRows[stay]), through: Int(lastRows[stay])) { row in
          let offset = UInt64(truncatingIfNeeded: offsets[row])
          accumulators[units.day(of: offset)].add(
            views: 1, from: Int64(offset) &* unit, through: Int64(offset) &* unit, session: session,
            stay: number, mayBounce: mayBounce)
        }
      }
    }
  }
}

extension Partition {
  /// Calls `body` with the row of each view of a stay, given the rows of its first and its last view.
  fileprivate func forEachView(ofStayFrom first: Int, through last: Int, _ body: (Int) -> Void) {
    let (types, visits) = (types, visits)
    let visit = visits[first]
    for row in first...last where types[row] != EventType.custom && visits[row] == visit { body(row) }
  }
}
