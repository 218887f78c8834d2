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

  /// An event of a visit that several sessions share.
  struct SharedEvent: Sendable {
    let visit: UInt32
    let time: Int64
    /// Orders the visit's events of one instant.
    let inputOrder: UInt32
    let item: UInt32

    var sortKey: (UInt32, Int64, UInt32) { (visit, time, inputOrder) }
  }

  struct Partial: Sendable {
    var paths: JourneyPaths<Path>
    var sharedEvents: [SharedEvent] = []
    fileprivate var events = Events()
  }

  /// The selected events of the current block, visit by visit.
  fileprivate struct Events: Sendable {
    var order = VisitOrder()
    var items: [UInt32] = []
    var names: [UInt32] = []
    /// The index of each visit's first event; the last entry is the end of the last visit.
    var visitStarts: [UInt32] = []
    var visitCount = 0

    /// Returns the indices of a visit's events.
    @inline(__always)
    func indices(_ visit: Int) -> Range<Int> { Int(visitStarts[visit])..<Int(visitStarts[visit + 1]) }
  }

  func start() -> Partial { Partial(paths: JourneyPaths(seed: seed)) }

  func accumulate(_ block: BlockRows, into partial: inout Partial) {
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

  /// Returns the paths with those of the shared visits added: their events are complete only after the last
  /// merge.
  func addingShared(_ partial: Partial) -> JourneyPaths<Path> {
    var (paths, events) = (partial.paths, partial.sharedEvents)
    executor.sort(&events) { $0.sortKey < $1.sortKey }
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

  /// Adds the paths of a block in which each visit belongs to only one session.
  private func addPaths(_ events: Events, to paths: inout JourneyPaths<Path>) {
    for visit in 0..<events.visitCount {
      if let path = path(events.items.span, events.indices(visit)) { paths.add(path) }
    }
  }

  /// Does the same for a block in which some visits may be shared by several sessions.
  private func addShared(_ block: BlockRows, _ partial: inout Partial) {
    let (events, inputOrder) = (partial.events, block.partition.inputOrder)
    var session = 0
    for visit in 0..<events.visitCount {
      let indices = events.indices(visit)
      while block.rows(ofSession: session).lowerBound < events.order.sessions[indices.lowerBound] {
        session += 1
      }
      let ordinal = events.order.ordinal(indices.lowerBound)
      guard let shared = block.sharedVisit(session: session, ordinal: ordinal) else {
        if let path = path(events.items.span, indices) { partial.paths.add(path) }
        continue
      }
      for index in indices.prefix(steps) {
        let row = Int(events.order.rows[index])
        partial.sharedEvents.append(
          SharedEvent(
            visit: shared, time: block.time(row),
            inputOrder: inputOrder?[block.block.rows.lowerBound + row] ?? 0, item: events.items[index]))
      }
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

/// The item that a journey shows for an event, as a number from 2 on: the event's name, or its path if it has
/// no name. The smaller numbers are reserved in a `JourneyPath`.
///
/// A name and a path with the same text are the same item. So items are path codes, followed by numbers for
/// the names that are not also paths.
struct JourneyItems: Sendable {
  /// The `null` after a visit with fewer events than `steps`. 0 is no item.
  static let end: UInt32 = 1
  private static let first = 2

  private let paths: TextDictionary
  private let names: TextDictionary
  /// By name code; 0 if the event has no name.
  private let itemOfName: [UInt32]
  /// By name code: a bit mask for the path's item, all ones if the event has no name, else 0.
  private let pathMask: [UInt32]

  init(_ website: WebsiteColumns, _ executor: ParallelExecutor) {
    paths = website.dictionary(.urlPath)
    names = website.dictionary(.eventName)
    itemOfName = website.pathsOfNames(executor).enumerated().map { [paths] name, path in
      name == 0 ? 0 : UInt32(Self.first) + (path != 0 ? path : UInt32(paths.count + name))
    }
    pathMask = (0..<names.count).map { $0 == 0 ? .max : 0 }
  }

  /// The number of bits of an item.
  var bitsPerItem: Int { Int.bitWidth - (Self.first + paths.count + names.count).leadingZeroBitCount }

  /// Replaces the first `count` of `paths`, which are path codes, by the items of the events.
  ///
  /// - Parameter names: The name codes of the events.
  func replace(_ paths: inout [UInt32], names: [UInt32], count: Int) {
    let (names, itemOfName, pathMask) = (names.span, itemOfName.span, pathMask.span)
    var items = paths.mutableSpan
    precondition(names.count >= count && items.count >= count)
    for index in 0..<count {
      let name = Int(names[unchecked: index])
      let itemOfPath = items[unchecked: index] &+ UInt32(Self.first)
      items[unchecked: index] = itemOfName[name] | itemOfPath & pathMask[name]
    }
  }

  /// Returns whether the items of one visit precede those of another: item by item by name, `end` before any
  /// name, and a prefix before the longer list.
  func precedes<Path: JourneyPath>(_ a: Path, _ b: Path) -> Bool {
    let bits = bitsPerItem
    let (countOfA, countOfB) = (a.itemCount(bits: bits), b.itemCount(bits: bits))
    for index in 1...max(min(countOfA, countOfB), 1) {
      let (a, b) = (
        a.item(before: countOfA - index, bits: bits), b.item(before: countOfB - index, bits: bits)
      )
      if a == b { continue }
      if a == Self.end { return true }
      if b == Self.end { return false }
      return withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
    }
    return countOfA < countOfB
  }

  private func withBytes<Result>(of item: UInt32, _ body: (Bytes) -> Result) -> Result {
    let code = Int(item) - Self.first
    return code < paths.count
      ? paths.withBytes(of: code, body) : names.withBytes(of: code - paths.count, body)
  }

  /// Returns the item of `text`, nil if no event shows it.
  func item(of text: String) -> UInt32? {
    if let path = paths.code(of: text) { return UInt32(Self.first + path) }
    return names.code(of: text).map { itemOfName[$0] }
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.end { return nil }
    let code = Int(item) - Self.first
    return code < paths.count ? paths[code] : names[code - paths.count]
  }
}
