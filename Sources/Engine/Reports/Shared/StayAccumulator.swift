/// The pageviews, visitors, visits, bounces and seconds of a group of views, with the group's latest stay.
///
/// Views are added stay by stay. Counting is branchless, because whether a view begins a stay is practically
/// random.
struct StayAccumulator: Sendable {
  private(set) var views = 0
  private(set) var visitors = 0
  private(set) var visits = 0
  private(set) var bounces = 0
  private(set) var totalSeconds: Int64 = 0

  /// Twice the number of the latest stay, plus 1 while it has exactly one view.
  private var stay = -1
  private var stayStart: Int64 = 0
  private var staySeconds: Int64 = 0

  /// Counts pageviews of one stay. The milliseconds of its first and last pageview may be counted from any
  /// instant that is the same for the whole session. Stays and sessions have ascending numbers from 0, and
  /// the stays of a session have numbers no lower than its own.
  ///
  /// - Parameter mayBounce: Whether the stay is a bounce if it has only one view.
  /// - Returns: Whether the stay is new.
  @inline(__always)
  @discardableResult
  mutating func add(
    views count: Int, from first: Int64, through last: Int64, session: Int, stay number: Int,
    mayBounce: Bool = true
  ) -> Bool {
    let isNew = stay >> 1 != number
    let isBounce = isNew.and(count == 1).and(mayBounce)
    views &+= count
    visitors &+= Int(one: stay >> 1 < session)
    visits &+= Int(one: isNew)
    // A later view of a stay reverts what the first view counted.
    bounces &+= (-(stay & 1)).replaced(by: Int(one: isBounce), where: isNew)
    stay = number << 1 | Int(one: isBounce)
    stayStart = stayStart.replaced(by: first, where: isNew)
    let seconds = (last &- stayStart) / 1000
    totalSeconds &+= seconds &- staySeconds.replaced(by: 0, where: isNew)
    staySeconds = seconds
    return isNew
  }

  /// Counts all pageviews of a stay at once; it has no others in this group. Numbers of stays and sessions are as above.
  @inline(__always)
  mutating func add(wholeStay number: Int, session: Int, views count: Int, seconds: Int64, isBounce: Bool) {
    views &+= count
    visitors &+= Int(one: stay >> 1 < session)
    visits &+= 1
    bounces &+= Int(one: isBounce)
    totalSeconds &+= seconds
    stay = number << 1
  }

  /// Adds the numbers of sessions that are counted nowhere else.
  mutating func add(views: Int, visitors: Int, visits: Int, bounces: Int, totalSeconds: Int64) {
    self.views &+= views
    self.visitors &+= visitors
    self.visits &+= visits
    self.bounces &+= bounces
    self.totalSeconds &+= totalSeconds
  }

  /// Subtracts a visit that is counted elsewhere.
  mutating func dropVisit() { visits -= 1 }

  mutating func add(_ other: StayAccumulator) {
    views += other.views
    visitors += other.visitors
    visits += other.visits
    bounces += other.bounces
    totalSeconds += other.totalSeconds
  }
}
