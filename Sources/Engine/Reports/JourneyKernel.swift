/// Counts the visits that begin with the same items.
struct JourneyKernel: ReportKernel {
  let steps: Int
  let items: JourneyItems

  /// A visit that is being followed.
  fileprivate struct Visit {
    var events = 0
    var latestItem = JourneyItems.end
    var node = JourneyPaths.root

    mutating func see(_ item: UInt32, in paths: inout JourneyPaths) {
      events += 1
      if item == latestItem { return }
      latestItem = item
      node = paths.node(node, item)
    }

    /// Counts the visit, if it has an event at all.
    func finish(steps: Int, in paths: inout JourneyPaths) {
      if events == 0 { return }
      paths.count(events < steps ? paths.node(node, JourneyItems.end) : node)
    }
  }

  /// An event of a visit that several sessions share.
  struct SharedEvent {
    let visit: UInt32
    let time: Int64
    let item: UInt32
  }

  struct Partial {
    var paths = JourneyPaths()
    var sharedEvents: [SharedEvent] = []
    var pathCodes: [UInt32] = []
    var nameCodes: [UInt32] = []
    var ordinals: [UInt32] = []
    /// The visits of the session in hand, by ordinal.
    fileprivate var visits: [Visit] = []
  }

  func start() -> Partial { Partial() }

  func take(_ block: BlockRows, into partial: inout Partial) {
    block.copyCodes(.urlPath, to: &partial.pathCodes)
    block.copyCodes(.eventName, to: &partial.nameCodes)
    block.copyVisits(to: &partial.ordinals)
    for session in 0..<block.sessionCount { takeSession(session, block, into: &partial) }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    partial.paths.merge(other.paths)
    partial.sharedEvents += other.sharedEvents
  }

  /// The counts with the visits that several sessions share, whose events are only now all there.
  func countingShared(_ partial: Partial) -> JourneyPaths {
    var paths = partial.paths
    let events = partial.sharedEvents.enumerated()
      .sorted {
        ($0.element.visit, $0.element.time, $0.offset) < ($1.element.visit, $1.element.time, $1.offset)
      }
      .map(\.element)
    var visit = Visit()
    for (index, event) in events.enumerated() {
      if visit.events < steps { visit.see(event.item, in: &paths) }
      if index + 1 == events.count || events[index + 1].visit != event.visit {
        visit.finish(steps: steps, in: &paths)
        visit = Visit()
      }
    }
    return paths
  }

  private func takeSession(_ session: Int, _ block: BlockRows, into partial: inout Partial) {
    let sharedVisits = block.partition.sharedVisits
    partial.visits.removeAll(keepingCapacity: true)
    for row in block.rows(ofSession: session) {
      let ordinal = partial.ordinals[row]
      // Ordinals ascend by first appearance: the next unseen one is the number of those seen.
      if Int(ordinal) == partial.visits.count { partial.visits.append(Visit()) }
      guard block.selected[row], partial.visits[Int(ordinal)].events < steps else { continue }
      let item = items.item(name: partial.nameCodes[row], path: partial.pathCodes[row])
      let sessionOfPartition = block.block.sessions.lowerBound + session
      if let shared = sharedVisits.number(session: sessionOfPartition, ordinal: ordinal) {
        partial.sharedEvents.append(SharedEvent(visit: shared, time: block.times[row], item: item))
      } else {
        partial.visits[Int(ordinal)].see(item, in: &partial.paths)
      }
    }
    for visit in partial.visits { visit.finish(steps: steps, in: &partial.paths) }
  }
}
