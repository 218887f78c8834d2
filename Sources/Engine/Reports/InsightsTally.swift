/// What a group of an insights report comes to, and its latest stay.
///
/// Views come stay by stay. There is no branch in counting one: whether it begins a stay is as good as random.
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

  /// Counts a pageview. Stays have ascending numbers from 0, and so have sessions: none of a session's stays
  /// has a number below its own.
  ///
  /// - Returns: Whether the stay is a new one.
  @inline(__always)
  @discardableResult
  mutating func view(at time: Int64, session: Int, stay number: Int) -> Bool {
    let isNew = stay >> 1 != number
    views &+= 1
    visitors &+= Int(one: stay >> 1 < session)
    visits &+= Int(one: isNew)
    // The second view of a stay takes back what the first one counted.
    bounces &+= (-(stay & 1)).replaced(by: 1, where: isNew)
    stay = number << 1 | Int(one: isNew)
    stayStart = stayStart.replaced(by: time, where: isNew)
    let seconds = (time &- stayStart) / 1000
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
