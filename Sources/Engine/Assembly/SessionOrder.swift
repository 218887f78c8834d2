import Calendar
import System

/// The order of a website's rows: by the ``SessionRank`` of the session, then by time, then by input order.
struct SessionOrder {
  /// The sessions of one partition.
  struct PartitionExtent {
    /// Counted from January 1970.
    let months: ClosedRange<Int>
    /// Positions in the order of sessions.
    let sessions: Range<Int>
  }

  /// Row → the staged number of its event.
  private(set) var inputIndices: [UInt32]
  /// Position of a session → its first row; the last entry is the end of the last session.
  private(set) var starts: [Int]
  /// Position of a session → its month.
  private let monthNumbers: [Int]

  /// `sessions` and `times` are in input order; session numbers are below `sessionCount`.
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
    // Session numbers follow the input order of first events, which breaks ties between equal ranks.
    let bySession = radixSortedOrder(of: ranks.map(\.key))
    monthNumbers = bySession.map { ranks[Int($0)].month }

    starts = [0]
    starts.reserveCapacity(sessionCount + 1)
    var nextRow = Array(repeating: 0, count: sessionCount)
    for session in bySession {
      nextRow[Int(session)] = starts[starts.count - 1]
      starts.append(starts[starts.count - 1] + counts[Int(session)])
    }
    inputIndices = Array(repeating: 0, count: sessions.count)
    for (inputIndex, session) in sessions.enumerated() {
      inputIndices[nextRow[Int(session)]] = UInt32(inputIndex)
      nextRow[Int(session)] += 1
    }
    for index in 0..<sessionCount { sortByTime(starts[index]..<starts[index + 1], times) }
  }

  /// The rows of a partition.
  func rows(of period: PartitionExtent) -> Range<Int> {
    starts[period.sessions.lowerBound]..<starts[period.sessions.upperBound]
  }

  /// Returns the start of each session of a partition, counted from the partition's first row, and the end of
  /// the last.
  func sessionStarts(of period: PartitionExtent) -> Column<UInt32> {
    let starts = starts[period.sessions.lowerBound...period.sessions.upperBound]
    let first = starts[starts.startIndex]
    return Column(starts.map { UInt32($0 - first) })
  }

  /// Returns the partitions, ascending by month. All months within one range of `kept` (ascending) form one
  /// partition. Every other month is a partition of its own, unless there are many months with few rows: then
  /// adjacent months are combined.
  func periods(keeping kept: [ClosedRange<Int>] = []) -> [PartitionExtent] {
    let months = months()
    let isSparse = months.count > Partition.maximumUncombinedMonths
    var periods: [PartitionExtent] = []
    var latestIndex: Int?
    for month in months {
      let index = kept.indices.partitionPoint { kept[$0].lowerBound > month.months.lowerBound }
      let isKept = index > 0 && kept[index - 1].contains(month.months.lowerBound)
      if let last = periods.last, latestIndex == (isKept ? -index : index) {
        let combined = PartitionExtent(
          months: last.months.lowerBound...month.months.upperBound,
          sessions: last.sessions.lowerBound..<month.sessions.upperBound)
        if isKept || isSparse && rows(of: combined).count <= Partition.combinedRowLimit {
          periods[periods.count - 1] = combined
          continue
        }
      }
      latestIndex = isKept ? -index : index
      periods.append(month)
    }
    return periods
  }

  private func months() -> [PartitionExtent] {
    var months: [PartitionExtent] = []
    var first = 0
    for index in monthNumbers.indices {
      let isLast = index + 1 == monthNumbers.count
      guard isLast || monthNumbers[index + 1] != monthNumbers[index] else { continue }
      months.append(
        PartitionExtent(months: monthNumbers[index]...monthNumbers[index], sessions: first..<(index + 1)))
      first = index + 1
    }
    return months
  }

  /// Sorts a session's rows, which are in input order, by time. Most are already sorted.
  private mutating func sortByTime(_ rows: Range<Int>, _ times: [Int64]) {
    func time(_ row: Int) -> Int64 { times[Int(inputIndices[row])] }
    guard rows.dropFirst().contains(where: { time($0 - 1) > time($0) }) else { return }
    inputIndices[rows].sort { (times[Int($0)], $0) < (times[Int($1)], $1) }
  }
}

/// The sort key of a session within its website: the month of its first event, which is its partition; then
/// the month of its last event; then the time of its first event.
///
/// Most visitors never return. All sessions of a block begin and end in the same two months. So for a report
/// on one month, most blocks lie either entirely inside or entirely outside the range, and in earlier months
/// only the visitors who did return are scanned.
struct SessionRank {
  /// The calendar month (UTC) of the first event, counted from January 1970.
  let month: Int
  /// Orders the sessions of all months.
  let key: UInt64

  private static let dayMilliseconds: Int64 = 86_400_000
  /// The fields of the key, from its highest bits: the month, the number of months from the first event to
  /// the last, milliseconds since the start of the month.
  private static let (monthShift, laterMonthsShift): (UInt64, UInt64) = (46, 32)
  private static let maximumLaterMonths = 1 << 14 - 1
  /// Before every month that a time can be in.
  private static let earliestMonth = -(1 << 17)

  /// `first` and `last` are the times of the first and the last event, in milliseconds since 1970.
  init(first: Int64, last: Int64) {
    let start = CalendarMonth(ofUTCMilliseconds: first)
    month = start.number
    let isOver28Days = start.millisecondsInto + (last - first) >= 28 * Self.dayMilliseconds
    let laterMonths = isOver28Days ? CalendarMonth(ofUTCMilliseconds: last).number - month : 0
    key =
      UInt64(truncatingIfNeeded: month - Self.earliestMonth) << Self.monthShift
      | UInt64(min(laterMonths, Self.maximumLaterMonths)) << Self.laterMonthsShift
      | UInt64(truncatingIfNeeded: start.millisecondsInto)
  }

  /// The calendar month (UTC) of an instant, and the milliseconds since its start.
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

/// Returns the indices of `keys` in ascending order of the keys; equal keys keep their order.
///
/// A radix sort: its time is linear in the number of keys. Keys that are already sorted take a single pass.
/// If there are few keys, a comparison sort is faster than counting digits.
func radixSortedOrder(of keys: [UInt64]) -> [UInt32] {
  precondition(keys.count < Int(UInt32.max))
  var order = (0..<UInt32(keys.count)).map(\.self)
  guard !isAscending(keys) else { return order }
  if keys.count < minimumRadixSortKeys {
    order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
    return order
  }
  let different = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
  var shift: UInt64 = 0
  while shift < 64, different >> shift != 0 {
    if different >> shift & digitMask != 0 { order = order.partitioned(by: keys, shift: shift) }
    shift += digitBits
  }
  return order
}

private let digitBits: UInt64 = 11
private let digitMask: UInt64 = (1 << digitBits) - 1
private let minimumRadixSortKeys = 256

private func isAscending(_ keys: [UInt64]) -> Bool {
  let keys = keys.span
  for index in 0..<max(keys.count - 1, 0) where keys[index] > keys[index + 1] { return false }
  return true
}

extension [UInt32] {
  /// Returns the same indices, sorted stably by one digit of their keys.
  fileprivate func partitioned(by keys: [UInt64], shift: UInt64) -> [UInt32] {
    var next = [Int](repeating: 0, count: 1 << digitBits)
    for key in keys { next[Int(key >> shift & digitMask)] += 1 }
    var start = 0
    for digit in next.indices { (next[digit], start) = (start, start + next[digit]) }
    return [UInt32](unsafeUninitializedCapacity: count) { output, initialized in
      for index in self {
        let digit = Int(keys[Int(index)] >> shift & digitMask)
        output[next[digit]] = index
        next[digit] += 1
      }
      initialized = count
    }
  }
}
