import Calendar
import System

/// What one thread has counted of a funnel with options.
struct FunnelCounts: Sendable {
  /// By step: the visitors with a chain to it.
  private(set) var visitors: [Int]
  /// By step: the visitors with a link into it, if the funnel is open.
  private(set) var continued: [Int]
  /// By step: the visits with a chain to it that belong to one session.
  private(set) var visits: [Int]
  /// By visitor with a chain: the code of its value, and the steps to which there is a chain. Empty without a breakdown.
  private(set) var groups: [Group] = []
  /// Visits with a chain: those that several sessions share; with a breakdown, all.
  private(set) var visitGroups: [VisitGroup] = []
  /// By step: the times from the event before and from the first event of witnesses. Empty without timing.
  private(set) var fromPrevious: [[Int64]]
  private(set) var fromFirst: [[Int64]]
  /// By item and step, as numbered by `nextKeys`.
  private(set) var nextKeys: GroupKeyTable
  private(set) var nextVisitors: [Int] = []
  /// By unit of time, as numbered by `units`.
  private(set) var units: UnitNumbering?
  private(set) var entered: [Int] = []
  private(set) var converted: [Int] = []

  struct Group: Sendable {
    let code: UInt32
    let reached: UInt64
  }

  struct VisitGroup: Sendable {
    fileprivate(set) var code: UInt32
    /// The number of a visit that several sessions share; nil for other visits.
    let shared: UInt32?
    let reached: UInt64
  }

  private let hasBreakdown: Bool
  /// The number of visits of earlier visitors.
  private var visitsOfOthers = 0

  init(_ request: FunnelRequest) {
    let zeros = Array(repeating: 0, count: request.steps.count)
    (visitors, continued, visits) = (zeros, zeros, zeros)
    hasBreakdown = request.breakdown != nil
    fromPrevious = request.hasTiming ? zeros.map { _ in [] } : []
    fromFirst = fromPrevious
    nextKeys = GroupKeyTable(secondCount: request.steps.count)
    units = request.trend.map { UnitNumbering($0.unit, weekStart: $0.weekStart, in: $0.timeZone) }
  }

  var hasTimings: Bool { !fromPrevious.isEmpty }

  /// Counts a visitor with chains to the steps of `reached`.
  mutating func addVisitor(_ reached: UInt64) { countSteps(reached, to: &visitors) }

  mutating func addContinued(_ reached: UInt64) { countSteps(reached, to: &continued) }

  /// Counts a visit of the current visitor.
  mutating func addVisit(_ reached: UInt64, shared: UInt32?) {
    if shared == nil { countSteps(reached, to: &visits) }
    if shared != nil || hasBreakdown {
      visitGroups.append(VisitGroup(code: 0, shared: shared, reached: reached))
    }
  }

  /// Counts the current visitor, and the visits that were added last, for a value.
  mutating func addGroup(_ code: UInt32, _ reached: UInt64) {
    if !hasBreakdown { return }
    groups.append(Group(code: code, reached: reached))
    for visit in visitsOfOthers..<visitGroups.count { visitGroups[visit].code = code }
    visitsOfOthers = visitGroups.count
  }

  /// Adds the times of a witness, from its last event to its first.
  mutating func addTimes(_ links: [(event: Int, step: Int)], _ times: [Int64]) {
    let first = times[links[links.count - 1].event]
    for index in 0..<links.count - 1 {
      let time = times[links[index].event]
      fromPrevious[links[index].step].append(time - times[links[index + 1].event])
      fromFirst[links[index].step].append(time - first)
    }
  }

  mutating func addNext(_ item: UInt32, after step: Int) { addNext(item, UInt32(step), visitors: 1) }

  private mutating func addNext(_ item: UInt32, _ step: UInt32, visitors: Int) {
    let number = Int(nextKeys.number(item, step))
    if number == nextVisitors.count { nextVisitors.append(0) }
    nextVisitors[number] += visitors
  }

  /// Counts a visitor once for each unit of time that has one of these times, which ascend.
  mutating func addEntrances(_ times: [Int64]) { countUnits(times, &units, into: &entered) }

  /// Does the same for the chains to the last step.
  mutating func addConversions(_ times: [Int64]) { countUnits(times, &units, into: &converted) }

  mutating func merge(_ other: FunnelCounts) {
    for step in visitors.indices {
      visitors[step] += other.visitors[step]
      continued[step] += other.continued[step]
      visits[step] += other.visits[step]
    }
    groups += other.groups
    visitGroups += other.visitGroups
    visitsOfOthers = visitGroups.count
    for step in fromPrevious.indices {
      fromPrevious[step] += other.fromPrevious[step]
      fromFirst[step] += other.fromFirst[step]
    }
    for (number, key) in other.nextKeys.pairs.enumerated() {
      addNext(key.first, key.second, visitors: other.nextVisitors[number])
    }
    for (number, start) in (other.units?.starts ?? []).enumerated() {
      guard let own = units?.number(startingAt: start) else { continue }
      extend(&entered, to: own + 1, with: 0)
      extend(&converted, to: own + 1, with: 0)
      if number < other.entered.count { entered[own] += other.entered[number] }
      if number < other.converted.count { converted[own] += other.converted[number] }
    }
  }
}

/// Adds one to the count of each step of `reached`.
func countSteps(_ reached: UInt64, to counts: inout [Int]) {
  reached.forEachSetBit { counts[$0] += 1 }
}

/// Adds one to the count of each unit that has one of these times, which ascend.
private func countUnits(_ times: [Int64], _ units: inout UnitNumbering?, into counts: inout [Int]) {
  var latest = -1
  for time in times {
    guard let number = units?.number(containing: time), number != latest else { continue }
    latest = number
    extend(&counts, to: number + 1, with: 0)
    counts[number] += 1
  }
}

/// What journeys and funnels show for an event, as a number: its name, or its path if it has no name. A name and a path
/// with the same text are the same item.
struct FunnelItems: Sendable {
  /// No event.
  static let none = UInt32.max

  private let paths: TextDictionary
  private let names: TextDictionary
  /// By name code: the code of the same text among paths, 0 if there is none.
  private let pathsOfNames: [UInt32]

  init(_ website: WebsiteColumns, _ executor: ParallelExecutor) {
    (paths, names) = (website.dictionary(.urlPath), website.dictionary(.eventName))
    pathsOfNames = website.pathsOfNames(executor)
  }

  func item(_ partition: Partition, _ row: Int) -> UInt32 {
    let name = partition[.eventName][row]
    if name == 0 { return partition[.urlPath][row] }
    let path = pathsOfNames[Int(name)]
    return path != 0 ? path : UInt32(paths.count) + name
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.none { return nil }
    let code = Int(item)
    return code < paths.count ? paths[code] : names[code - paths.count]
  }

  /// Returns whether an item precedes another by name, none first.
  func precedes(_ a: UInt32, _ b: UInt32) -> Bool {
    if a == Self.none || b == Self.none { return a == Self.none && b != Self.none }
    return withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
  }

  private func withBytes<Result>(of item: UInt32, _ body: (Bytes) -> Result) -> Result {
    let code = Int(item)
    return code < paths.count
      ? paths.withBytes(of: code, body) : names.withBytes(of: code - paths.count, body)
  }
}
