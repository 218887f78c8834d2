/// Counts what sets of groups have together and cannot be added up: distinct visitors and visits.
///
/// It reads the events again once it is known which groups are in which set, so that no memory is needed for visitors.
struct InsightsUnionKernel: ReportKernel {
  let grouping: InsightsGrouping
  let goals: InsightsGoals
  /// All groups.
  let groups: InsightsGroups
  /// By group: a bit for each set that it is in.
  let sets: [UInt8]

  /// The maximum number of sets.
  static let maximumSets = 2

  struct State: Sendable {
    fileprivate var finder: InsightsGroupFinder
    fileprivate var stays = StayCounter()
    fileprivate var sessions: SessionGoals
    /// By set.
    fileprivate var unions: [InsightsUnion]

    /// Returns what a set has together.
    func union(_ set: Int) -> InsightsUnion { unions[set] }
  }

  func start() -> State {
    State(
      finder: InsightsGroupFinder(grouping, groups: groups), sessions: SessionGoals(goals),
      unions: Array(repeating: InsightsUnion(goalCount: goals.count), count: Self.maximumSets))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    if goals.isEmpty, state.finder.loadViewStays(of: block) {
      let visits = state.finder.viewStays
      var (bits, latest) = (UInt8(0), UInt32.max)
      visits.forEach { session, group in
        if session != latest { state.count(visitorIn: &bits) }
        latest = session
        bits |= sets(of: group)
      }
      return state.count(visitorIn: &bits)
    }
    state.finder.load(block, into: &state.stays)
    if !goals.isEmpty { state.sessions.load(block) }
    let stays = state.stays
    var (session, visit) = (UInt32.max, UInt32.max)
    var (bitsOfSession, bitsOfVisit) = (UInt8(0), UInt8(0))
    var shared: UInt32?
    var sessionIndex = 0
    for run in 0..<stays.runCount {
      let first = Int(stays.runStarts[run])
      if stays.order.visits[first] != visit {
        state.count(visitIn: &bitsOfVisit, shared)
        visit = stays.order.visits[first]
        let start = stays.order.sessions[first]
        if start != session {
          state.count(visitorIn: &bitsOfSession, session)
          session = start
        }
        if !block.partition.sharedVisits.isEmpty {
          while block.rows(ofSession: sessionIndex).lowerBound < Int(start) { sessionIndex += 1 }
          shared = block.sharedVisit(session: sessionIndex, ordinal: stays.order.ordinal(first))
        }
      }
      let bits = sets(of: Int(stays.groups[first]))
      bitsOfVisit |= bits
      bitsOfSession |= bits
    }
    state.count(visitIn: &bitsOfVisit, shared)
    state.count(visitorIn: &bitsOfSession, session)
  }

  func merge(_ other: State, into state: inout State) {
    for set in state.unions.indices { state.unions[set].add(other.unions[set]) }
  }

  private func sets(of group: Int) -> UInt8 { group < sets.count ? sets[group] : 0 }
}

extension InsightsUnionKernel.State {
  /// Counts a visitor in the sets of `bits`, and clears these.
  ///
  /// - Parameter session: The first row of the visitor's session, if there are goals.
  fileprivate mutating func count(visitorIn bits: inout UInt8, _ session: UInt32? = nil) {
    if bits == 0 { return }
    for set in unions.indices where bits >> UInt8(set) & 1 != 0 {
      unions[set].visitors += 1
      if let session, !unions[set].goalVisitors.isEmpty {
        unions[set].count(goals: sessions.reached(bySession: session))
      }
    }
    bits = 0
  }

  /// Counts a visit in the sets of `bits`, and clears these.
  ///
  /// - Parameter shared: The number of a visit that several sessions share.
  fileprivate mutating func count(visitIn bits: inout UInt8, _ shared: UInt32?) {
    if bits == 0 { return }
    for set in unions.indices where bits >> UInt8(set) & 1 != 0 {
      if let shared { unions[set].sharedVisits.insert(shared) } else { unions[set].ownVisits += 1 }
    }
    bits = 0
  }
}

/// What several groups have together.
struct InsightsUnion: Sendable {
  fileprivate(set) var visitors = 0
  /// The visitors that reach each goal.
  fileprivate(set) var goalVisitors: [Int]
  /// Visits of one session, and visits that several sessions share.
  fileprivate var ownVisits = 0
  fileprivate var sharedVisits: Set<UInt32> = []

  fileprivate init(goalCount: Int) { goalVisitors = Array(repeating: 0, count: goalCount) }

  var visits: Int { ownVisits + sharedVisits.count }

  fileprivate mutating func count(goals bits: UInt64) {
    bits.forEachSetBit { goalVisitors[$0] += 1 }
  }

  fileprivate mutating func add(_ other: InsightsUnion) {
    visitors += other.visitors
    for goal in goalVisitors.indices { goalVisitors[goal] += other.goalVisitors[goal] }
    ownVisits += other.ownVisits
    sharedVisits.formUnion(other.sharedVisits)
  }
}
