/// The plan of a session: how many visits and events remain, and when they happen.
struct SessionPlan {
  static let meanEventsOfVisit = 5.0
  static let mostEventsOfVisit = 60

  /// Describes the next event.
  private(set) var isFirstOfSession = true
  private(set) var isFirstOfVisit = true
  /// The remaining events of the current visit.
  private var eventsLeft: Int
  /// The visits after the current one.
  private var visitsLeft: Int

  init(furtherVisits: Int, _ random: inout RandomSource) {
    visitsLeft = furtherVisits
    eventsLeft = Self.drawLength(&random)
  }

  /// Moves past the next event. Returns the seconds from it to the following event; nil if it was the last
  /// one.
  mutating func advance(_ random: inout RandomSource) -> Int? {
    isFirstOfSession = false
    eventsLeft -= 1
    isFirstOfVisit = eventsLeft == 0
    if eventsLeft > 0 { return 2 + min(Int(random.exponential(mean: 35)), 1500) }
    guard visitsLeft > 0 else { return nil }
    visitsLeft -= 1
    eventsLeft = Self.drawLength(&random)
    // Half of the visitors return soon, the others later.
    let meanDays = random.chance(0.5) ? 2.0 : 9.0
    return 7200 + Int(random.exponential(mean: meanDays * 86_400))
  }

  private static func drawLength(_ random: inout RandomSource) -> Int {
    min(random.geometric(mean: meanEventsOfVisit), mostEventsOfVisit)
  }
}
