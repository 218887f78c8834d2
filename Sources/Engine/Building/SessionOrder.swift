/// The order of the rows: sessions by their ``SessionRank``, a session's events by time, ties by arrival.
struct SessionOrder {
  /// The sessions of one partition.
  struct Month {
    /// Counted from January 1970.
    let month: Int
    /// Places in the order of sessions.
    let sessions: Range<Int>
  }

  /// Row → arrival number of its event.
  private(set) var arrivals: [UInt32]
  /// Place of a session → its first row, and one more entry for the end of the last.
  private(set) var starts: [Int]
  /// Place of a session → its month.
  private let monthNumbers: [Int]

  /// `sessions` and `times` by arrival number; sessions are numbered below `sessionCount`.
  init(sessions: [UInt32], times: [Int64], sessionCount: Int) {
    var earliest = Array(repeating: Int64.max, count: sessionCount)
    var latest = Array(repeating: Int64.min, count: sessionCount)
    var counts = Array(repeating: 0, count: sessionCount)
    for (session, time) in zip(sessions, times) {
      earliest[Int(session)] = min(earliest[Int(session)], time)
      latest[Int(session)] = max(latest[Int(session)], time)
      counts[Int(session)] += 1
    }
    let ranks = zip(earliest, latest).map(SessionRank.init)
    // Sessions are numbered by first arrival, which decides between equal ranks.
    let bySession = stableOrder(of: ranks.map(\.key))
    monthNumbers = bySession.map { ranks[Int($0)].month }

    starts = [0]
    starts.reserveCapacity(sessionCount + 1)
    var nextRow = Array(repeating: 0, count: sessionCount)
    for session in bySession {
      nextRow[Int(session)] = starts[starts.count - 1]
      starts.append(starts[starts.count - 1] + counts[Int(session)])
    }
    arrivals = Array(repeating: 0, count: sessions.count)
    for (arrival, session) in sessions.enumerated() {
      arrivals[nextRow[Int(session)]] = UInt32(arrival)
      nextRow[Int(session)] += 1
    }
    for place in 0..<sessionCount { sortByTime(starts[place]..<starts[place + 1], times) }
  }

  /// The rows of a partition.
  func rows(of month: Month) -> Range<Int> {
    starts[month.sessions.lowerBound]..<starts[month.sessions.upperBound]
  }

  /// Where the sessions of a partition start, with rows counted from its first, and where the last ends.
  func sessionStarts(of month: Month) -> Column<UInt32> {
    let starts = starts[month.sessions.lowerBound...month.sessions.upperBound]
    let first = starts[starts.startIndex]
    return Column(starts.map { UInt32($0 - first) })
  }

  /// The partitions, ascending by month.
  func months() -> [Month] {
    var months: [Month] = []
    var first = 0
    for place in monthNumbers.indices {
      let isLast = place + 1 == monthNumbers.count
      guard isLast || monthNumbers[place + 1] != monthNumbers[place] else { continue }
      months.append(Month(month: monthNumbers[place], sessions: first..<(place + 1)))
      first = place + 1
    }
    return months
  }

  /// Sorts a session's rows, which stand by arrival, by time. Most arrive in order of time.
  private mutating func sortByTime(_ rows: Range<Int>, _ times: [Int64]) {
    func time(_ row: Int) -> Int64 { times[Int(arrivals[row])] }
    guard rows.dropFirst().contains(where: { time($0 - 1) > time($0) }) else { return }
    arrivals[rows].sort { (times[Int($0)], $0) < (times[Int($1)], $1) }
  }
}
