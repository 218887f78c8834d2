/// The moments at which events happen, in order of time, without end.
///
/// Visitors arrive at random; each comes for some visits, each visit has some events. Only the sessions
/// that are not over are held, so memory does not grow with the number of events.
struct SessionWalk {
  struct Moment {
    /// Seconds since the walk began.
    let seconds: Int
    /// The place of the session among those that are not over; used again after its last event.
    let slot: Int
    let isFirstOfSession: Bool
    let isFirstOfVisit: Bool
  }

  private struct Session {
    var visitsLeft: Int
    var eventsLeft: Int
    var isFirstOfSession = true
    var isFirstOfVisit = true
  }

  static let meanVisits = 1.8
  static let meanEventsOfVisit = 5.0
  private static let mostEventsOfVisit = 60

  private let meanSecondsBetweenArrivals: Double
  private var nextArrival: Double
  private var sessions: [Session] = []
  private var freeSlots: [Int] = []
  /// The next event of each session that is not over: seconds, and below them the slot.
  private var pending = MinimumHeap()
  /// How many visits follow the first one, by Poisson's distribution.
  private let furtherVisits: AliasTable

  /// Walks at a pace at which `events` events take about `seconds`.
  init(events: Int, seconds: Int, _ random: inout RandomSource) {
    let sessions = Double(events) / (Self.meanVisits * Self.meanEventsOfVisit)
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
    let session = Session(
      visitsLeft: furtherVisits.draw(&random), eventsLeft: Self.drawLength(&random))
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

  /// Takes the earliest pending event and puts the next one of its session in its place.
  private mutating func take(_ event: UInt64, _ random: inout RandomSource) -> Moment {
    let (seconds, slot) = (Int(event >> 32), Int(event & 0xFFFF_FFFF))
    let session = sessions[slot]
    if let after = advance(&sessions[slot], &random) {
      pending.replaceMinimum(with: Self.pendingEvent(seconds: seconds + after, slot: slot))
    } else {
      pending.removeMinimum()
      freeSlots.append(slot)
    }
    return Moment(
      seconds: seconds, slot: slot, isFirstOfSession: session.isFirstOfSession,
      isFirstOfVisit: session.isFirstOfVisit)
  }

  /// The seconds from the event of a session that is taken to its next one; nil where it was the last.
  private func advance(_ session: inout Session, _ random: inout RandomSource) -> Int? {
    session.isFirstOfSession = false
    session.eventsLeft -= 1
    session.isFirstOfVisit = session.eventsLeft == 0
    if session.eventsLeft > 0 { return 2 + min(Int(random.exponential(mean: 35)), 1500) }
    guard session.visitsLeft > 0 else { return nil }
    session.visitsLeft -= 1
    session.eventsLeft = Self.drawLength(&random)
    // Half of the visitors come back soon, the others some day.
    let meanDays = random.chance(0.5) ? 2.0 : 9.0
    return 7200 + Int(random.exponential(mean: meanDays * 86_400))
  }

  private static func drawLength(_ random: inout RandomSource) -> Int {
    min(random.geometric(mean: meanEventsOfVisit), mostEventsOfVisit)
  }

  private static func pendingEvent(seconds: Int, slot: Int) -> UInt64 {
    UInt64(seconds) << 32 | UInt64(slot)
  }
}
