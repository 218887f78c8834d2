/// How a session goes on: how many visits and events are still to come, and when.
struct SessionPlan {
  static let meanEventsOfVisit = 5.0
  static let mostEventsOfVisit = 60

  /// Of the next event.
  private(set) var isFirstOfSession = true
  private(set) var isFirstOfVisit = true
  /// Of the visit in hand.
  private var eventsLeft: Int
  /// After the visit in hand.
  private var visitsLeft: Int

  init(furtherVisits: Int, _ random: inout RandomSource) {
    visitsLeft = furtherVisits
    eventsLeft = Self.drawLength(&random)
  }

  /// Passes the next event. The result is the seconds from it to the one after; nil where it was the last.
  mutating func advance(_ random: inout RandomSource) -> Int? {
    isFirstOfSession = false
    eventsLeft -= 1
    isFirstOfVisit = eventsLeft == 0
    if eventsLeft > 0 { return 2 + min(Int(random.exponential(mean: 35)), 1500) }
    guard visitsLeft > 0 else { return nil }
    visitsLeft -= 1
    eventsLeft = Self.drawLength(&random)
    // Half of the visitors come back soon, the others some day.
    let meanDays = random.chance(0.5) ? 2.0 : 9.0
    return 7200 + Int(random.exponential(mean: meanDays * 86_400))
  }

  private static func drawLength(_ random: inout RandomSource) -> Int {
    min(random.geometric(mean: meanEventsOfVisit), mostEventsOfVisit)
  }
}
