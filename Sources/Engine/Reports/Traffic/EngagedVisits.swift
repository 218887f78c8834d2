/// Which visits of a block have a custom event in range, before filters. One is reused from block to block.
struct EngagedVisits: Sendable {
  private var flags: [Bool] = []
  private var order = VisitOrder()
  private var ofBlock: [UInt8] = []
  private var ofPartition: [UInt8]?
  /// The index of the block's first row.
  private(set) var base = 0

  /// 1 or 0, by ``base`` plus the first row of the visit's session plus the visit's ordinal in it, as in `VisitOrder`.
  var flagsOfVisits: [UInt8] { ofPartition ?? ofBlock }

  mutating func load(_ block: BlockRows, _ range: InstantRange) {
    if range.contains(block.block.times) {
      (ofPartition, base) = (block.partition.engagedVisits, block.block.rows.lowerBound)
      return
    }
    (ofPartition, base) = (nil, 0)
    block.markCustomEvents(in: &flags)
    block.partition.times.narrow(&flags, block.block.rows, to: range)
    order.load(block, where: flags)
    reset(&ofBlock, block.count)
    let visits = order.visits
    for index in 0..<order.count { ofBlock[Int(visits[index])] = 1 }
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

  /// Writes a flag for every row to the start of `flags`: whether it is a custom event.
  func markCustomEvents(in flags: inout [Bool]) {
    extend(&flags, to: count, with: false)
    let types = partition.types
    flags.withMutableBytes { flags in
      let types = types.span.extracting(block.rows)
      precondition(flags.count >= types.count)
      var row = 0
      while row < types.count {
        flags[unchecked: row] = types[unchecked: row] == EventType.custom ? 1 : 0
        row &+= 1
      }
    }
  }
}

extension Partition {
  /// 1 or 0 for each visit, by the first row of its session plus its ordinal in it: whether it has a custom event. Only
  /// for visits that are not shared.
  var engagedVisits: [UInt8] {
    derived.engagedVisits.value {
      var engaged = Array(repeating: UInt8(0), count: rowCount)
      let (types, visits, starts) = (types.span, visits, sessionStarts.span)
      for session in 0..<starts.count - 1 {
        let start = Int(starts[session])
        for row in start..<Int(starts[session + 1]) where types[row] == EventType.custom {
          engaged[start + Int(visits[row])] = 1
        }
      }
      return engaged
    }
  }
}

extension WebsiteColumns {
  /// Whether any visit is shared by several sessions.
  var hasSharedVisits: Bool { partitions.contains { !$0.sharedVisits.isEmpty } }

  /// Returns the numbers of the shared visits with a custom event in range.
  func engagedSharedVisits(_ range: InstantRange, _ executor: ParallelExecutor) throws(ReportError) -> Set<
    UInt32
  > {
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
    block.forEachSharedVisitEvent(of: order) { visits.insert($1) }
  }

  func merge(_ other: Set<UInt32>, into visits: inout Set<UInt32>) { visits.formUnion(other) }
}
