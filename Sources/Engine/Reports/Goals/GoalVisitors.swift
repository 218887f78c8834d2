/// How many visitors and visits have certain events.
public struct GoalVisitors: Sendable, Equatable {
  public var visitors = 0
  public var visits = 0

  package init(visitors: Int = 0, visits: Int = 0) { (self.visitors, self.visits) = (visitors, visits) }
}

/// Counts the visitors and visits of all selected events, and of those that reach each goal.
struct GoalVisitorsKernel: ReportKernel {
  private let events: GoalEvents

  init(_ events: GoalEvents) { self.events = events }

  struct State: Sendable {
    fileprivate var events: GoalEvents
    fileprivate var rows: [UInt32] = []
    fileprivate var seen = SeenVisits()
    /// That of all events comes last.
    fileprivate var groups: [Group]

    /// By goal.
    var goals: [GoalVisitors] { groups.dropLast().map(\.total) }
    var all: GoalVisitors { groups[groups.count - 1].total }
  }

  fileprivate struct Group: Sendable {
    var visitors = 0
    var visits = 0
    /// The visits that several sessions share, which are not in `visits`.
    var sharedVisits: Set<UInt32> = []

    var total: GoalVisitors { GoalVisitors(visitors: visitors, visits: visits + sharedVisits.count) }
  }

  func start() -> State {
    State(events: events, groups: Array(repeating: Group(), count: events.count + 1))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let all = state.groups.count - 1
    for goal in 0..<all {
      state.events.list(goal, block, into: &state.rows)
      count(state.rows, block, &state.seen, into: &state.groups[goal])
    }
    if block.selection.isWhole, block.partition.sharedVisits.isEmpty {
      let (sessions, starts) = (block.block.sessions, block.partition.visitStarts)
      state.groups[all].visitors += sessions.count
      state.groups[all].visits += Int(starts[sessions.upperBound] - starts[sessions.lowerBound])
    } else {
      block.listSelected(into: &state.rows)
      count(state.rows, block, &state.seen, into: &state.groups[all])
    }
  }

  func merge(_ other: State, into state: inout State) {
    for index in state.groups.indices {
      state.groups[index].visitors += other.groups[index].visitors
      state.groups[index].visits += other.groups[index].visits
      state.groups[index].sharedVisits.formUnion(other.groups[index].sharedVisits)
    }
  }

  private func count(_ rows: [UInt32], _ block: BlockRows, _ seen: inout SeenVisits, into group: inout Group)
  {
    if rows.isEmpty { return }
    seen.begin(block.count)
    switch block.partition.visits {
    case .one(let column): count(rows, column.span, block, &seen, into: &group)
    case .two(let column): count(rows, column.span, block, &seen, into: &group)
    case .four(let column): count(rows, column.span, block, &seen, into: &group)
    }
  }

  private func count<Code: FixedWidthInteger>(
    _ rows: [UInt32], _ ordinals: Span<Code>, _ block: BlockRows, _ seen: inout SeenVisits,
    into group: inout Group
  ) {
    let (first, hasShared) = (block.block.rows.lowerBound, !block.partition.sharedVisits.isEmpty)
    let rows = rows.span
    var walk = SessionWalk(block)
    var (visitors, visits) = (0, 0)
    for index in rows.indices {
      visitors &+= walk.goes(to: rows[index]) ? 1 : 0
      let ordinal = Int(truncatingIfNeeded: ordinals[first &+ Int(rows[index])])
      guard seen.insert(walk.start &+ ordinal) else { continue }
      if hasShared,
        let number = block.partition.sharedVisits.number(session: walk.session, ordinal: UInt32(ordinal))
      {
        group.sharedVisits.insert(number)
      } else {
        visits &+= 1
      }
    }
    group.visitors += visitors
    group.visits += visits
  }
}

/// The visits of a block that were seen. One is reused from block to block.
private struct SeenVisits: Sendable {
  /// By the first row of the visit's session plus the visit's ordinal in it, as in `VisitOrder`: the latest mark under
  /// which it was seen.
  private var marks: [UInt64] = []
  private var mark: UInt64 = 0

  /// Forgets all visits. A session has no more visits than rows.
  mutating func begin(_ rowCount: Int) {
    extend(&marks, to: rowCount, with: 0)
    mark += 1
  }

  /// Returns whether the visit was not seen before.
  @inline(__always)
  mutating func insert(_ visit: Int) -> Bool {
    if marks[visit] == mark { return false }
    marks[visit] = mark
    return true
  }
}

extension Partition {
  /// By session: the number of visits of the sessions before it; the last entry is the number of all visits.
  fileprivate var visitStarts: [UInt32] {
    derived.visitStarts.value {
      let (starts, ordinals) = (sessionStarts.span, visits)
      var seen = SeenVisits()
      var visitStarts: [UInt32] = [0]
      visitStarts.reserveCapacity(starts.count)
      for session in 0..<starts.count - 1 {
        let rows = Int(starts[session])..<Int(starts[session + 1])
        seen.begin(rows.count)
        var count = visitStarts[session]
        for row in rows where seen.insert(Int(ordinals[row])) { count += 1 }
        visitStarts.append(count)
      }
      return visitStarts
    }
  }
}
