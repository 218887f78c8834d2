/// The paths of the conversions of one session: which of its visits touch each of them. One is reused from session to
/// session by one thread.
///
/// Touches are the session's visits, counted from 0 in their order. The path of a conversion is a range of them. Both ends
/// of the ranges ascend from conversion to conversion, so what conversions give to touches can be added up without going
/// through every pair of both.
struct CreditPaths: Sendable {
  private(set) var touchCount = 0
  /// By conversion: its touches.
  private(set) var paths: [Range<Int>] = []
  /// By touch: the first conversion that it touches unless lookback excludes it, and the first that lookback excludes.
  private(set) var firstConversions: [Int] = []
  private(set) var endConversions: [Int] = []
  /// By touch, and by conversion: milliseconds since 1970.
  private(set) var touchTimes: [Int64] = []
  private(set) var conversionTimes: [Int64] = []

  /// Loads the conversions of a session.
  ///
  /// - Parameter visits: The indices in `touches` of the session's visits.
  mutating func load(
    _ conversions: ArraySlice<UInt32>, _ touches: CreditTouches, _ visits: Range<Int>,
    of partition: Partition,
    lookback: Int64?
  ) {
    touchCount = visits.count
    for list in [\CreditPaths.firstConversions, \.endConversions] {
      self[keyPath: list].removeAll(keepingCapacity: true)
    }
    paths.removeAll(keepingCapacity: true)
    touchTimes.removeAll(keepingCapacity: true)
    conversionTimes.removeAll(keepingCapacity: true)
    let (times, order) = (partition.times, EventOrder(partition))
    var (first, end) = (visits.lowerBound, visits.lowerBound)
    for row in conversions {
      let (time, place) = (times[Int(row)], order[Int(row)])
      while end < visits.upperBound, touches.begins(end, notAfter: time, place) {
        firstConversions.append(paths.count)
        end += 1
      }
      while let lookback, first < end, time - touches.times[first] > lookback {
        endConversions.append(paths.count)
        first += 1
      }
      conversionTimes.append(time)
      paths.append(first - visits.lowerBound..<end - visits.lowerBound)
    }
    extend(&firstConversions, to: touchCount, with: paths.count)
    extend(&endConversions, to: touchCount, with: paths.count)
    touchTimes.append(contentsOf: touches.times[visits])
  }

  /// The only touch of the only conversion; nil if there are more, or none.
  var onlyTouch: Int? { paths.count == 1 && paths[0].count == 1 ? paths[0].lowerBound : nil }
}

/// The names of the touches of one session, by one dimension. One is reused from session to session by one thread.
struct CreditNames: Sendable {
  /// By touch: the number of the name.
  private(set) var numbers: [Int] = []
  /// By touch: the latest one up to it that is not direct; -1 if there is none.
  private(set) var latestNotDirect: [Int] = []
  /// By touch: the touch before it that has the same name; -1 if there is none.
  private(set) var previous: [Int] = []
  /// By touch: the conversions on whose path it is the last touch with its name. So a name is on the paths of the
  /// conversions of all its touches, each of which counts once.
  private(set) var conversions: [Range<Int>] = []
  /// By number of a name: its latest touch in the session; -1 between sessions.
  private var latest: [Int] = []

  /// Loads the names of a session's touches.
  ///
  /// - Parameters:
  ///   - codes: Those of the touches.
  ///   - direct: The code of the name that counts as direct.
  mutating func load(
    _ codes: ArraySlice<UInt32>, direct: UInt32, _ paths: CreditPaths, _ table: inout CreditTable
  ) {
    numbers.removeAll(keepingCapacity: true)
    latestNotDirect.removeAll(keepingCapacity: true)
    previous.removeAll(keepingCapacity: true)
    conversions.removeAll(keepingCapacity: true)
    for (touch, code) in codes.enumerated() {
      let number = table.number(of: code)
      extend(&latest, to: number + 1, with: -1)
      let before = latest[number]
      let first = paths.firstConversions[touch]
      if before >= 0, conversions[before].upperBound > first {
        conversions[before] = conversions[before].lowerBound..<max(conversions[before].lowerBound, first)
      }
      latest[number] = touch
      numbers.append(number)
      latestNotDirect.append(code == direct ? latestNotDirect.last ?? -1 : touch)
      previous.append(before)
      conversions.append(first..<max(first, paths.endConversions[touch]))
    }
    for number in numbers { latest[number] = -1 }
  }

  /// Counts the conversions that have each name on their paths, and as their last touch.
  func count(_ paths: CreditPaths, in table: inout CreditTable) {
    for touch in numbers.indices { table.count(conversions[touch].count, last: 0, numbers[touch]) }
    for path in paths.paths where !path.isEmpty { table.count(0, last: 1, numbers[path.upperBound - 1]) }
  }

  /// Returns the number of conversions with a touch of these names, but not of the name of their last touch.
  func assisted(by isWanted: (Int) -> Bool, _ paths: CreditPaths) -> Int {
    /// By touch: the latest touch up to it that has one of the names, and the latest one that has another of them than that
    /// has; -1 if there is none.
    var wanted: [(latest: Int, other: Int)] = []
    var known = (latest: -1, other: -1)
    for touch in numbers.indices {
      if isWanted(numbers[touch]) {
        if known.latest >= 0, numbers[known.latest] != numbers[touch] { known.other = known.latest }
        known.latest = touch
      }
      wanted.append(known)
    }
    return paths.paths.count { path in
      guard let last = path.last else { return false }
      let (latest, other) = wanted[last]
      if latest < 0 { return false }
      return (numbers[latest] != numbers[last] ? latest : other) >= path.lowerBound
    }
  }
}
