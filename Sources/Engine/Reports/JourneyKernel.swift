/// Collects how visits began.
struct JourneyKernel: ReportKernel {
  let steps: Int
  let items: JourneyItems

  /// A visit that is being followed.
  fileprivate struct Visit {
    var events = 0
    private var itemCount = 0
    private var path = JourneyPath.empty

    mutating func see(_ item: UInt32) {
      events += 1
      if itemCount > 0, path[itemCount - 1] == item { return }
      path[itemCount] = item
      itemCount += 1
    }

    /// Adds the visit's path, if it has an event at all, and begins anew.
    mutating func finish(steps: Int, _ paths: inout JourneyPaths) {
      if events == 0 { return }
      if events < steps { path[itemCount] = JourneyItems.end }
      paths.add(path)
      self = Visit()
    }
  }

  /// An event of a visit that several sessions share. Events of one instant stand by partition and row, so
  /// that their order does not depend on which thread came first.
  struct SharedEvent: Sendable {
    let visit: UInt32
    let time: Int64
    let month: Int
    let row: Int
    let item: UInt32

    var order: (UInt32, Int64, Int, Int) { (visit, time, month, row) }
  }

  struct Partial: Sendable {
    var paths = JourneyPaths()
    var sharedEvents: [SharedEvent] = []
    fileprivate var order = VisitOrder()
    fileprivate var pathCodes: [UInt32] = []
    fileprivate var nameCodes: [UInt32] = []
  }

  func start() -> Partial { Partial() }

  func take(_ block: BlockRows, into partial: inout Partial) {
    partial.order.load(block)
    block.copyCodes(.urlPath, to: &partial.pathCodes)
    block.copyCodes(.eventName, to: &partial.nameCodes)
    for session in 0..<block.sessionCount {
      let rows = block.rows(ofSession: session)
      if partial.order.isGrouped(rows) {
        takeSession(session, rows, block, into: &partial)
      } else {
        takeSession(session, partial.order.sorted(rows), block, into: &partial)
      }
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    partial.paths.merge(other.paths)
    partial.sharedEvents += other.sharedEvents
  }

  /// The paths with those of the visits that several sessions share, whose events are only now all there.
  func addingShared(_ partial: Partial) -> JourneyPaths {
    var paths = partial.paths
    let events = partial.sharedEvents.sorted { $0.order < $1.order }
    var visit = Visit()
    for (index, event) in events.enumerated() {
      if visit.events < steps { visit.see(event.item) }
      if index + 1 == events.count || events[index + 1].visit != event.visit {
        visit.finish(steps: steps, &paths)
      }
    }
    return paths
  }

  /// Takes a session's rows, visit by visit.
  private func takeSession(
    _ session: Int, _ rows: some Sequence<Int>, _ block: BlockRows, into partial: inout Partial
  ) {
    var visit = Visit()
    var ordinal: UInt32?
    var shared: UInt32?
    for row in rows where block.selected[row] {
      if partial.order.ordinals[row] != ordinal {
        visit.finish(steps: steps, &partial.paths)
        ordinal = partial.order.ordinals[row]
        shared = block.sharedVisit(session: session, ordinal: partial.order.ordinals[row])
      }
      if visit.events == steps { continue }
      let item = items.item(name: partial.nameCodes[row], path: partial.pathCodes[row])
      if let shared {
        partial.sharedEvents.append(
          SharedEvent(
            visit: shared, time: block.time(row), month: block.partition.month,
            row: block.block.rows.lowerBound + row, item: item))
      } else {
        visit.see(item)
      }
    }
    visit.finish(steps: steps, &partial.paths)
  }
}
