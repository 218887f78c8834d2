import System

/// The order of the rows: sessions by their ``SessionRank``, a session's events by time, ties by arrival.
struct SessionOrder {
  /// The sessions of one partition.
  struct Period {
    /// Counted from January 1970.
    let months: ClosedRange<Int>
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
  func rows(of period: Period) -> Range<Int> {
    starts[period.sessions.lowerBound]..<starts[period.sessions.upperBound]
  }

  /// Where the sessions of a partition start, with rows counted from its first, and where the last ends.
  func sessionStarts(of period: Period) -> Column<UInt32> {
    let starts = starts[period.sessions.lowerBound...period.sessions.upperBound]
    let first = starts[starts.startIndex]
    return Column(starts.map { UInt32($0 - first) })
  }

  /// The partitions, ascending by month. Months that lie in one of `kept`, which ascend, are one partition; of others,
  /// each is one, unless there are many with few rows: then neighbours share one.
  func periods(keeping kept: [ClosedRange<Int>] = []) -> [Period] {
    let months = months()
    let isSparse = months.count > Partition.mostSparseMonths
    var periods: [Period] = []
    var latestPlace: Int?
    for month in months {
      let place = kept.indices.partitionPoint { kept[$0].lowerBound > month.months.lowerBound }
      let isKept = place > 0 && kept[place - 1].contains(month.months.lowerBound)
      if let last = periods.last, latestPlace == (isKept ? -place : place) {
        let joined = Period(
          months: last.months.lowerBound...month.months.upperBound,
          sessions: last.sessions.lowerBound..<month.sessions.upperBound)
        if isKept || isSparse && rows(of: joined).count <= Partition.fewRows {
          periods[periods.count - 1] = joined
          continue
        }
      }
      latestPlace = isKept ? -place : place
      periods.append(month)
    }
    return periods
  }

  private func months() -> [Period] {
    var months: [Period] = []
    var first = 0
    for place in monthNumbers.indices {
      let isLast = place + 1 == monthNumbers.count
      guard isLast || monthNumbers[place + 1] != monthNumbers[place] else { continue }
      months.append(
        Period(months: monthNumbers[place]...monthNumbers[place], sessions: first..<(place + 1)))
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
