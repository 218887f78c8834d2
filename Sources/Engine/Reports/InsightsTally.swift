/// What a group of an insights report comes to, and its latest stay.
///
/// Views come stay by stay. There is no branch in counting them: whether they begin a stay is as good as random.
struct InsightsTally: Sendable {
  private(set) var views = 0
  private(set) var visitors = 0
  private(set) var visits = 0
  private(set) var bounces = 0
  private(set) var totalSeconds: Int64 = 0

  /// Twice the number of the latest stay, and one more while it has one view.
  private var stay = -1
  private var stayStart: Int64 = 0
  private var staySeconds: Int64 = 0

  /// Counts pageviews of one stay; the milliseconds of the first and the last of them may be counted from any
  /// instant that is one for all of a session's. Stays have ascending numbers from 0, and so have sessions: none
  /// of a session's stays has a number below its own.
  ///
  /// - Returns: Whether the stay is a new one.
  @inline(__always)
  @discardableResult
  mutating func add(
    views count: Int, from first: Int64, through last: Int64, session: Int, stay number: Int
  ) -> Bool {
    let isNew = stay >> 1 != number
    let isBounce = isNew.and(count == 1)
    views &+= count
    visitors &+= Int(one: stay >> 1 < session)
    visits &+= Int(one: isNew)
    // Later views of a stay take back what the first one counted.
    bounces &+= (-(stay & 1)).replaced(by: Int(one: isBounce), where: isNew)
    stay = number << 1 | Int(one: isBounce)
    stayStart = stayStart.replaced(by: first, where: isNew)
    let seconds = (last &- stayStart) / 1000
    totalSeconds &+= seconds &- staySeconds.replaced(by: 0, where: isNew)
    staySeconds = seconds
    return isNew
  }

  /// Takes back a visit that is counted elsewhere.
  mutating func dropVisit() { visits -= 1 }

  mutating func add(_ other: InsightsTally) {
    views += other.views
    visitors += other.visitors
    visits += other.visits
    bounces += other.bounces
    totalSeconds += other.totalSeconds
  }
}
