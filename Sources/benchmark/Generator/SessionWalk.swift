/// The times at which events happen: an infinite sequence in order of time.
///
/// Visitors arrive at random; each makes some visits, and each visit has some events. Only unfinished
/// sessions are in memory, so memory does not grow with the number of events.
struct SessionWalk {
  struct Moment {
    /// Seconds since the walk began.
    let seconds: Int
    /// The session's slot among the unfinished sessions; reused after its last event.
    let slot: Int
    let isFirstOfSession: Bool
    let isFirstOfVisit: Bool
  }

  static let meanVisits = 1.8

  private let meanSecondsBetweenArrivals: Double
  private var nextArrival: Double
  private var sessions: [SessionPlan] = []
  private var freeSlots: [Int] = []
  /// The next event of each unfinished session: the high bits are the seconds, the low bits the slot.
  private var pending = MinimumHeap()
  /// The number of visits after the first one, Poisson distributed.
  private let furtherVisits: AliasTable

  /// Sets the pace so that `events` events take about `seconds`.
  init(events: Int, seconds: Int, _ random: inout RandomSource) {
    let sessions = Double(events) / (Self.meanVisits * SessionPlan.meanEventsOfVisit)
    meanSecondsBetweenArrivals = Double(seconds) / sessions
    nextArrival = random.exponential(mean: meanSecondsBetweenArrivals)
    let mean = Self.meanVisits - 1
    var weights = [1.0]
    for count in 1...12 { weights.append(weights[count - 1] * mean / Double(count)) }
    furtherVisits = AliasTable(weights: weights)
  }

  mutating func next(_ random: inout RandomSource) -> Moment {
    while true {
      if let event = pending.minimum, event >> 32 <= UInt64(nextArrival) {
        return take(event, &random)
      }
      arrive(&random)
    }
  }

  private mutating func arrive(_ random: inout RandomSource) {
    let session = SessionPlan(furtherVisits: furtherVisits.draw(&random), &random)
    let slot: Int
    if let free = freeSlots.popLast() {
      sessions[free] = session
      slot = free
    } else {
      sessions.append(session)
      slot = sessions.count - 1
    }
    pending.insert(Self.pendingEvent(seconds: Int(nextArrival), slot: slot))
    nextArrival += random.exponential(mean: meanSecondsBetweenArrivals)
  }

  /// Takes the earliest pending event and replaces it by the next one of its session.
  private mutating func take(_ event: UInt64, _ random: inout RandomSource) -> Moment {
    let (seconds, slot) = (Int(event >> 32), Int(event & 0xFFFF_FFFF))
    let session = sessions[slot]
    if let after = sessions[slot].advance(&random) {
      pending.replaceMinimum(with: Self.pendingEvent(seconds: seconds + after, slot: slot))
    } else {
      pending.removeMinimum()
      freeSlots.append(slot)
    }
    return Moment(
      seconds: seconds, slot: slot, isFirstOfSession: session.isFirstOfSession,
      isFirstOfVisit: session.isFirstOfVisit)
  }

  private static func pendingEvent(seconds: Int, slot: Int) -> UInt64 {
    UInt64(seconds) << 32 | UInt64(slot)
  }
}
