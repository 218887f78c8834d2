import Calendar
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
    let bySession = radixSortedOrder(of: ranks.map(\.key))
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

/// Where a session stands among those of a website: by the month of its first event, which is its partition, then
/// by that of its last, then by the time of the first.
///
/// Most visitors never come back. A block holds sessions that begin and end in the same two months, so that for
/// a month's report most blocks lie wholly inside it or wholly outside, and of the months before it only those
/// who did come back are looked at.
struct SessionRank {
  /// The calendar month (UTC) of the first event, counted from January 1970.
  let month: Int
  /// Orders sessions, those of all months.
  let key: UInt64

  private static let dayMilliseconds: Int64 = 86_400_000
  /// Of the key, from its highest bits: the month, the months from the first event to the last, milliseconds
  /// from the start of the month.
  private static let (monthShift, laterMonthsShift): (UInt64, UInt64) = (46, 32)
  private static let mostLaterMonths = 1 << 14 - 1
  /// Before every month that a time can be in.
  private static let earliestMonth = -(1 << 17)

  /// The times of the first and the last event, in milliseconds since 1970.
  init(first: Int64, last: Int64) {
    let start = CalendarMonth(ofUTCMilliseconds: first)
    month = start.number
    let isOver28Days = start.millisecondsInto + (last - first) >= 28 * Self.dayMilliseconds
    let laterMonths = isOver28Days ? CalendarMonth(ofUTCMilliseconds: last).number - month : 0
    key =
      UInt64(truncatingIfNeeded: month - Self.earliestMonth) << Self.monthShift
      | UInt64(min(laterMonths, Self.mostLaterMonths)) << Self.laterMonthsShift
      | UInt64(truncatingIfNeeded: start.millisecondsInto)
  }

  /// The calendar month (UTC) of an instant, and how far into it that is.
  private struct CalendarMonth {
    let number: Int
    let millisecondsInto: Int64

    init(ofUTCMilliseconds milliseconds: Int64) {
      let (day, ofDay) = milliseconds.floorDivided(by: dayMilliseconds)
      let date = CivilDate(dayNumber: day)
      number = Int((date.year - 1970) * 12 + date.month - 1)
      millisecondsInto = (Int64(date.day) - 1) * dayMilliseconds + ofDay
    }
  }
}

/// The places of `keys` in ascending order of the keys, equal ones in their own order.
///
/// A radix sort: time grows with the number of keys alone. Keys that are in order already cost one look. Of few keys,
/// counting their digits would take longer than to compare them.
func radixSortedOrder(of keys: [UInt64]) -> [UInt32] {
  precondition(keys.count < Int(UInt32.max))
  var order = (0..<UInt32(keys.count)).map(\.self)
  guard !isAscending(keys) else { return order }
  if keys.count < fewestKeysCounted {
    order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
    return order
  }
  let different = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
  var shift: UInt64 = 0
  while shift < 64, different >> shift != 0 {
    if different >> shift & digitMask != 0 { order = order.dealt(by: keys, shift: shift) }
    shift += digitBits
  }
  return order
}

private let digitBits: UInt64 = 11
private let digitMask: UInt64 = (1 << digitBits) - 1
private let fewestKeysCounted = 256

private func isAscending(_ keys: [UInt64]) -> Bool {
  let keys = keys.span
  for index in 0..<max(keys.count - 1, 0) where keys[index] > keys[index + 1] { return false }
  return true
}

extension [UInt32] {
  /// The same places in ascending order of one digit of their keys.
  fileprivate func dealt(by keys: [UInt64], shift: UInt64) -> [UInt32] {
    var next = [Int](repeating: 0, count: 1 << digitBits)
    for key in keys { next[Int(key >> shift & digitMask)] += 1 }
    var start = 0
    for digit in next.indices { (next[digit], start) = (start, start + next[digit]) }
    return [UInt32](unsafeUninitializedCapacity: count) { output, initialized in
      for place in self {
        let digit = Int(keys[Int(place)] >> shift & digitMask)
        output[next[digit]] = place
        next[digit] += 1
      }
      initialized = count
    }
  }
}
