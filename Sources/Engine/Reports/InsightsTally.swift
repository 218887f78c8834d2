/// What a group of an insights report comes to, and its open stay.
///
/// While a visit is walked through, each group that it touches keeps its stay open; the next stay in the
/// group closes it.
struct InsightsTally: Sendable {
  private(set) var views = 0
  private(set) var visitors = 0
  /// Those of visits that belong to one session alone.
  private(set) var visits = 0
  private(set) var bounces = 0
  private(set) var totalSeconds: Int64 = 0

  private var latestSession = 0
  private var stay = 0
  private var stayViews = 0
  private var stayStart: Int64 = 0
  private var stayEnd: Int64 = 0

  /// Counts a pageview. Sessions and stays are told apart by their numbers, which begin at 1.
  mutating func view(at time: Int64, session: Int, stay: Int, isShared: Bool) {
    views += 1
    if latestSession != session {
      latestSession = session
      visitors += 1
    }
    if self.stay != stay {
      closeStay()
      self.stay = stay
      if !isShared { visits += 1 }
      stayStart = time
    }
    stayViews += 1
    stayEnd = time
  }

  /// The same with its open stay counted in.
  func closed() -> InsightsTally {
    var tally = self
    tally.closeStay()
    return tally
  }

  mutating func add(_ other: InsightsTally) {
    views += other.views
    visitors += other.visitors
    visits += other.visits
    bounces += other.bounces
    totalSeconds += other.totalSeconds
  }

  private mutating func closeStay() {
    if stayViews == 0 { return }
    if stayViews == 1 { bounces += 1 }
    totalSeconds += (stayEnd - stayStart) / 1000
    stayViews = 0
  }
}
