import System

/// A range of time in which visits have values, prepared for the columns of one website.
///
/// The values of a visit are those of its first event in the range, and its first and last pageview in it, before any
/// filter. Defined in `Sources/Engine/Reports/README.md`, section "Values of a visit".
struct VisitScope: Sendable {
  let range: InstantRange
  /// By number of a visit that several sessions share. Empty for most websites.
  private let sharedVisits: [UInt32: SharedVisit]

  /// The values of a visit that several sessions share, which may be in several partitions.
  struct SharedVisit: Sendable {
    /// The first event.
    fileprivate(set) var first: Position
    /// The first and the last pageview; nil if there is none.
    fileprivate(set) var entry: Position?
    fileprivate(set) var exit: Position?
    fileprivate(set) var hasCustomEvent = false
  }

  /// An event, with what orders it among the events of its visit.
  struct Position: Sendable {
    let milliseconds: Int64
    let inputOrder: UInt32
    let partition: Partition
    let row: Int

    func precedes(_ other: Position) -> Bool {
      (milliseconds, inputOrder) < (other.milliseconds, other.inputOrder)
    }
  }

  /// The result is meaningless once the executor is cancelled.
  init(_ range: InstantRange, _ website: WebsiteColumns, _ executor: ParallelExecutor) {
    self.range = range
    var visits: [UInt32: SharedVisit] = [:]
    for partition in website.partitions where !partition.sharedVisits.isEmpty && !executor.isCancelled {
      partition.forEachSharedVisitEvent { row, number in
        let milliseconds = partition.times[row]
        guard range.contains(milliseconds) else { return }
        let position = Position(
          milliseconds: milliseconds, inputOrder: partition.inputOrder?[row] ?? 0, partition: partition,
          row: row)
        visits[number, default: SharedVisit(first: position)].add(position, type: partition.types[row])
      }
    }
    sharedVisits = visits
  }

  private init(always: Void) { (range, sharedVisits) = (.always, [:]) }

  /// All of time, for partitions without shared visits.
  static let always = VisitScope(always: ())

  /// Returns the values of a visit that several sessions share; nil if none of its events is in range.
  func sharedVisit(_ number: UInt32) -> SharedVisit? { sharedVisits[number] }
}

extension VisitScope.SharedVisit {
  fileprivate mutating func add(_ event: VisitScope.Position, type: UInt8) {
    if event.precedes(first) { first = event }
    switch type {
    case EventType.pageview:
      if entry.map(event.precedes) ?? true { entry = event }
      if exit.map({ $0.precedes(event) }) ?? true { exit = event }
    case EventType.custom: hasCustomEvent = true
    default: break
    }
  }
}

extension Partition {
  /// Calls `body` with the row of each event whose visit is shared by several sessions, and the number of the visit.
  func forEachSharedVisitEvent(_ body: (_ row: Int, _ visit: UInt32) -> Void) {
    let (shared, starts, ordinals) = (sharedVisits.all, sessionStarts, visits)
    var next = 0
    while next < shared.count {
      let session = shared[next].session
      var end = next + 1
      while end < shared.count, shared[end].session == session { end += 1 }
      // Few ordinals of a session are shared, or all are; either way each row is looked up among them by bisection.
      let ofSession = shared[next..<end]
      for row in Int(starts[session])..<Int(starts[session + 1]) {
        let ordinal = ordinals[row]
        let index = ofSession.indices.partitionPoint { ofSession[$0].ordinal >= ordinal }
        if index < end, ofSession[index].ordinal == ordinal { body(row, ofSession[index].number) }
      }
      next = end
    }
  }
}
