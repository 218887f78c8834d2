/// Collects the first items of all visits.
struct JourneyKernel<Path: JourneyPath>: ReportKernel {
  let steps: Int
  /// If set, the first item must equal this.
  let firstItem: UInt32?
  /// If set, the last item must equal this.
  let lastItem: UInt32?
  let items: JourneyItems
  let executor: ParallelExecutor
  /// The seed of the paths' hashes. It is random, so that no visitor can make them collide.
  private let seed = UInt64.random(in: .min ... .max)

  struct State: Sendable {
    var paths: JourneyPaths<Path>
    var sharedEvents = SharedVisitEvents()
    fileprivate var order = VisitOrder()
    fileprivate var names: [UInt32] = []
    fileprivate var events = JourneyEvents()
  }

  func start() -> State { State(paths: JourneyPaths(seed: seed)) }

  func accumulate(_ block: BlockRows, into state: inout State) {
    load(block, &state)
    if !block.partition.sharedVisits.isEmpty {
      state.sharedEvents.take(from: &state.events, block, state.order, limit: steps)
    }
    addPaths(state.events, to: &state.paths)
  }

  func merge(_ other: State, into state: inout State) {
    state.paths.merge(other.paths)
    state.sharedEvents.merge(other.sharedEvents)
  }

  /// Returns the paths with those of the shared visits added: their events are complete only after the last
  /// merge.
  func addingShared(_ state: State) -> JourneyPaths<Path> {
    var paths = state.paths
    let events = state.sharedEvents.sorted(executor)
    executor.forEach(0..<events.visitCount) { visit in
      if let path = path(events.items.span, events.indices(visit)) { paths.add(path) }
    }
    return paths
  }

  private func load(_ block: BlockRows, _ state: inout State) {
    state.order.load(block, where: block.selected)
    state.order.copyCodes(.urlPath, of: block, to: &state.events.items)
    state.order.copyCodes(.eventName, of: block, to: &state.names)
    items.replace(&state.events.items, names: state.names, count: state.order.count)
    state.events.visitCount = state.order.listVisits(into: &state.events.visitStarts)
  }

  /// Adds the paths of the visits of a block.
  private func addPaths(_ events: JourneyEvents, to paths: inout JourneyPaths<Path>) {
    for visit in 0..<events.visitCount {
      if let path = path(events.items.span, events.indices(visit)) { paths.add(path) }
    }
  }

  /// Returns the path of a visit that has these of `items`, at least one; nil if its first or last item is
  /// not the requested one.
  @inline(__always)
  private func path(_ items: Span<UInt32>, _ visit: Range<Int>) -> Path? {
    let last = min(visit.upperBound, visit.lowerBound + steps) - 1
    if let firstItem, items[visit.lowerBound] != firstItem { return nil }
    if let lastItem, items[last] != lastItem { return nil }
    let bits = self.items.bitsPerItem
    var path = Path()
    var latest: UInt32 = 0
    // After the last item, the same item is repeated, and repetitions collapse.
    for step in 0..<steps {
      let item = items[min(visit.lowerBound + step, last)]
      var longer = path
      longer.append(item, bits: bits)
      path = item == latest ? path : longer
      latest = item
    }
    if visit.count < steps { path.append(JourneyItems.end, bits: bits) }
    return path
  }
}
