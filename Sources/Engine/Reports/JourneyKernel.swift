/// Collects how visits began.
struct JourneyKernel<Path: JourneyPath>: ReportKernel {
  let steps: Int
  /// The first item must be this, where given.
  let firstItem: UInt32?
  /// The last item must be this, where given.
  let lastItem: UInt32?
  let items: JourneyItems
  let scanner: Scanner
  /// Of the paths' hashes, so that no visitor can make them collide.
  private let seed = UInt64.random(in: .min ... .max)

  /// An event of a visit that several sessions share.
  struct SharedEvent: Sendable {
    let visit: UInt32
    let time: Int64
    /// Orders the visit's events of one instant.
    let arrival: UInt32
    let item: UInt32

    var order: (UInt32, Int64, UInt32) { (visit, time, arrival) }
  }

  struct Partial: Sendable {
    var paths: JourneyPaths<Path>
    var sharedEvents: [SharedEvent] = []
    fileprivate var events = Events()
  }

  /// The selected events of the block in hand, visit by visit.
  fileprivate struct Events: Sendable {
    var order = VisitOrder()
    var items: [UInt32] = []
    var names: [UInt32] = []
    /// The place of each visit's first event, and one more entry for the end of the last.
    var visitStarts: [UInt32] = []
    var visitCount = 0

    /// The places of a visit's events.
    @inline(__always)
    func places(_ visit: Int) -> Range<Int> { Int(visitStarts[visit])..<Int(visitStarts[visit + 1]) }
  }

  func start() -> Partial { Partial(paths: JourneyPaths(seed: seed)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    load(block, &partial.events)
    if block.partition.sharedVisits.isEmpty {
      addPaths(partial.events, to: &partial.paths)
    } else {
      addShared(block, &partial)
    }
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    partial.paths.merge(other.paths)
    partial.sharedEvents += other.sharedEvents
  }

  /// The paths with those of the visits that several sessions share, whose events are only now all there.
  func addingShared(_ partial: Partial) -> JourneyPaths<Path> {
    var (paths, events) = (partial.paths, partial.sharedEvents)
    scanner.sort(&events) { $0.order < $1.order }
    let items = events.map(\.item)
    var first = 0
    while first < events.count {
      let visit = events[first].visit
      var end = first + 1
      while end < events.count, events[end].visit == visit { end += 1 }
      if let path = path(items.span, first..<end) { paths.add(path) }
      first = end
    }
    return paths
  }

  private func load(_ block: BlockRows, _ events: inout Events) {
    events.order.load(block, where: block.selected)
    events.order.copyCodes(.urlPath, of: block, to: &events.items)
    events.order.copyCodes(.eventName, of: block, to: &events.names)
    items.replace(&events.items, names: events.names, count: events.order.count)
    events.visitCount = events.order.listVisits(into: &events.visitStarts)
  }

  /// Adds the paths of a block whose visits all belong to one session each.
  private func addPaths(_ events: Events, to paths: inout JourneyPaths<Path>) {
    for visit in 0..<events.visitCount {
      if let path = path(events.items.span, events.places(visit)) { paths.add(path) }
    }
  }

  /// The same for a block of which some visits may belong to several sessions.
  private func addShared(_ block: BlockRows, _ partial: inout Partial) {
    let (events, arrivals) = (partial.events, block.partition.arrivals)
    var session = 0
    for visit in 0..<events.visitCount {
      let places = events.places(visit)
      while block.rows(ofSession: session).lowerBound < events.order.sessions[places.lowerBound] {
        session += 1
      }
      let ordinal = events.order.ordinal(places.lowerBound)
      guard let shared = block.sharedVisit(session: session, ordinal: ordinal) else {
        if let path = path(events.items.span, places) { partial.paths.add(path) }
        continue
      }
      for place in places.prefix(steps) {
        let row = Int(events.order.rows[place])
        partial.sharedEvents.append(
          SharedEvent(
            visit: shared, time: block.time(row),
            arrival: arrivals?[block.block.rows.lowerBound + row] ?? 0, item: events.items[place]))
      }
    }
  }

  /// The path of the visit that has these of `items`, one or more; nil where it does not start and end as is
  /// asked.
  @inline(__always)
  private func path(_ items: Span<UInt32>, _ visit: Range<Int>) -> Path? {
    let last = min(visit.upperBound, visit.lowerBound + steps) - 1
    if let firstItem, items[visit.lowerBound] != firstItem { return nil }
    if let lastItem, items[last] != lastItem { return nil }
    let bits = self.items.bitsPerItem
    var path = Path()
    var latest: UInt32 = 0
    // Behind the last item comes that item again, which collapses into it.
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
