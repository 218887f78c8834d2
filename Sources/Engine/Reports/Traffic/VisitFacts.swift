/// What the visits of a block have in range, before filters. One is reused from block to block.
///
/// A visit's index is the first row of its session plus its ordinal in it, as in `VisitOrder`.
struct VisitFacts: Sendable {
  private var flags: [Bool] = []
  private var order = VisitOrder()
  /// By visit: 1 if it has a custom event, else 0.
  private(set) var engaged: [UInt8] = []
  /// By visit.
  private var pageviews: [UInt32] = []

  mutating func load(_ block: BlockRows, _ range: InstantRange, countsPageviews: Bool) {
    let count = block.count
    extend(&flags, to: count, with: true)
    for row in 0..<count { flags[row] = true }
    if !range.contains(block.block.times) { block.partition.times.narrow(&flags, block.block.rows, to: range) }
    if !countsPageviews { block.keep(EventType.custom, in: &flags) }
    order.load(block, where: flags)
    reset(&engaged, count)
    let types = block.partition.types
    if !countsPageviews {
      for index in 0..<order.count { engaged[Int(order.visits[index])] = 1 }
      return
    }
    reset(&pageviews, count)
    let ofBlock = types.span.extracting(block.block.rows)
    for index in 0..<order.count {
      let type = ofBlock[Int(order.rows[index])]
      if type == EventType.pageview { pageviews[Int(order.visits[index])] += 1 }
    }
  }

  /// Clears the flag of each row in range whose stay has at most one pageview.
  func clearBounces(_ flags: inout [Bool]) {
    for index in 0..<order.count where pageviews[Int(order.visits[index])] <= 1 {
      flags[Int(order.rows[index])] = false
    }
  }
}

extension BlockRows {
  /// Writes a flag for every row to the start of `flags`: whether it is selected and of a kind.
  func mark(_ events: CountedEvents, into flags: inout [Bool]) {
    extend(&flags, to: count, with: false)
    let (types, selected) = (partition.types, selected)
    flags.withMutableBytes { flags in
      Self.mark(events, types.span.extracting(block.rows), selected.bytes, &flags)
    }
  }

  private static func mark(
    _ events: CountedEvents, _ types: Span<UInt8>, _ selected: Span<UInt8>, _ flags: inout MutableSpan<UInt8>
  ) {
    precondition(selected.count >= types.count && flags.count >= types.count)
    // A type is wanted if it equals `custom` as often as `wanted` tells.
    let (wanted, all): (UInt8, UInt8) =
      switch events {
      case .views: (0, 0)
      case .custom: (1, 0)
      case .all: (0, 1)
      }
    var row = 0
    while row < types.count {
      let isCustom: UInt8 = types[unchecked: row] == EventType.custom ? 1 : 0
      flags[unchecked: row] = selected[unchecked: row] & (isCustom ^ wanted ^ 1 | all)
      row &+= 1
    }
  }

  /// Clears the flag of every row that has another type.
  func keep(_ type: UInt8, in flags: inout [Bool]) {
    let types = partition.types
    flags.withMutableBytes { flags in
      let types = types.span.extracting(block.rows)
      precondition(flags.count >= types.count)
      var row = 0
      while row < types.count {
        flags[unchecked: row] &= types[unchecked: row] == type ? 1 : 0
        row &+= 1
      }
    }
  }
}

extension WebsiteColumns {
  /// Whether any visit is shared by several sessions.
  var hasSharedVisits: Bool { partitions.contains { !$0.sharedVisits.isEmpty } }

  /// Returns the numbers of the shared visits with a custom event in range.
  func engagedSharedVisits(_ range: InstantRange, _ executor: ParallelExecutor) throws(ScopeError) -> Set<UInt32>
  {
    if !hasSharedVisits { return [] }
    return try scan(ReportScope(range: range), executor, EngagedSharedVisits())
  }
}

/// Finds the shared visits that have a selected custom event.
private struct EngagedSharedVisits: ReportKernel {
  func start() -> Set<UInt32> { [] }

  func accumulate(_ block: BlockRows, into visits: inout Set<UInt32>) {
    if block.partition.sharedVisits.isEmpty { return }
    var flags: [Bool] = []
    block.mark(.custom, into: &flags)
    var order = VisitOrder()
    order.load(block, where: flags)
    var session = 0
    for index in 0..<order.count {
      while block.rows(ofSession: session).lowerBound < Int(order.sessions[index]) { session += 1 }
      if let visit = block.sharedVisit(session: session, ordinal: order.ordinal(index)) { visits.insert(visit) }
    }
  }

  func merge(_ other: Set<UInt32>, into visits: inout Set<UInt32>) { visits.formUnion(other) }
}
