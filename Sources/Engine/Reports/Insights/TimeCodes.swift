import Calendar
import Synchronization

/// A field of the time of events: it gives each instant a code. Threads share it, so that they agree on the codes.
final class TimeCodes: Sendable {
  enum Kind: Sendable {
    /// Codes are numbers of units, in order of appearance.
    case unit(CalendarUnit)
    /// Codes are 0…23.
    case hour
    /// Codes are 1 (Monday) … 7.
    case weekday
  }

  /// All codes are below this.
  let codeLimit: Int
  fileprivate let kind: Kind
  private let weekStart: WeekStart
  private let rules: TimeZoneRules
  private let units = Mutex<Units>(Units())

  private struct Units {
    /// By code.
    var starts: [Int64] = []
    var codes: [Int64: UInt32] = [:]
  }

  /// - Parameter extent: The times of the events, if there are any.
  init(
    _ kind: Kind, weekStart: WeekStart, in rules: TimeZoneRules, of range: InstantRange,
    extent: ClosedRange<Int64>?, eventCount: Int
  ) {
    (self.kind, self.weekStart, self.rules) = (kind, weekStart, rules)
    switch kind {
    case .hour: codeLimit = 24
    case .weekday: codeLimit = 8
    case .unit(let unit):
      guard let extent, range.overlaps(extent) else {
        codeLimit = 1
        return
      }
      let first = rules.localTime(at: max(range.start, extent.lowerBound)).date.dayNumber
      let last = rules.localTime(at: min(range.end, extent.upperBound)).date.dayNumber
      // No day has more hours than this, however often its clock changes.
      let days = Int(clamping: last - first) + 3
      let units = unit == .hour ? days * 48 : unit == .minute ? days * 48 * 60 : days
      codeLimit = min(units, eventCount + 1)
    }
  }

  /// What the codes mean, once all events have been read.
  var values: FieldValues {
    if case .unit = kind { .instants(units.withLock { $0.starts }) } else { .numbers }
  }

  /// Whether the number of codes is only known once all events have been read.
  var growsAsRead: Bool { if case .unit = kind { true } else { false } }

  /// Returns the code of an instant, and the instants around it that certainly have the same.
  fileprivate func code(at instant: Int64) -> (code: UInt32, same: ClosedRange<Int64>) {
    if case .unit(let unit) = kind {
      let (start, end) = rules.bounds(of: unit, weekStart: weekStart, containing: instant)
      let code = units.withLock { units in
        if let code = units.codes[start] { return code }
        let code = UInt32(units.starts.count)
        units.starts.append(start)
        units.codes[start] = code
        return code
      }
      return (code, start...max(start, end - 1))
    }
    return (clockCode(rules.localTime(at: instant)), instant...instant)
  }

  /// Returns the code of an hour of the clock or a weekday if all instants from `first` to `last` have the same.
  fileprivate func clockCode(from first: Int64, through last: Int64) -> UInt32? {
    let (start, end) = (rules.localTime(at: first), rules.localTime(at: last))
    func seconds(_ time: LocalTime) -> Int64 { time.date.dayNumber * 86_400 + time.second }
    let code = clockCode(start)
    // If clocks have moved in between, there may be other hours in between.
    let elapsed = last.floorDivided(by: 1000).quotient - first.floorDivided(by: 1000).quotient
    return seconds(end) - seconds(start) == elapsed && clockCode(end) == code ? code : nil
  }

  private func clockCode(_ time: LocalTime) -> UInt32 {
    if case .hour = kind { return UInt32(time.second / 3600) }
    // 1970-01-01 was a Thursday.
    return UInt32((time.date.dayNumber + 3).floorDivided(by: 7).remainder) + 1
  }
}

private let quarterMilliseconds: Int64 = 15 * 60 * 1000
/// The number of quarters of an hour that are remembered: more than 11 months have.
private let remembered = 1 << 15

/// Finds the codes of times for one thread. It remembers the codes of quarters of an hour: in nearly all zones and times
/// hours begin with one.
struct TimeCodeCache: Sendable {
  private let codes: TimeCodes
  /// By ``Place/index``.
  private var known: [Known]
  /// The unit that was looked up last.
  private var latest: (code: UInt32, same: ClosedRange<Int64>) = (0, 0...0)
  private var hasLatest = false

  /// The code of a quarter whose place has this turn.
  private typealias Known = (turn: Int32, code: UInt32)

  /// Where a quarter since 1970 is remembered: its number modulo `remembered`, and the quotient, which fits 32 bits
  /// however early or late the quarter is.
  private struct Place {
    let index: Int
    let turn: Int32

    @inline(__always)
    init(ofQuarter quarter: Int64) {
      index = Int(truncatingIfNeeded: quarter) & (remembered - 1)
      turn = Int32(truncatingIfNeeded: quarter >> Int64(remembered.trailingZeroBitCount))
    }
  }

  init(_ codes: TimeCodes) {
    self.codes = codes
    known = Array(repeating: (.min, 0), count: remembered)
  }

  /// Writes the codes of the times of the first `count` of `rows`, which are counted from the row `first`, to the start
  /// of `output`.
  mutating func copy(
    _ times: TimeColumn, _ rows: [UInt32], count: Int, from first: Int, to output: inout [UInt32]
  ) {
    extend(&output, to: max(count, 1), with: 0)
    switch times.offsets {
    case .four(let column): copy(column.span.extracting(first...), times, rows, count, to: &output)
    case .eight(let column): copy(column.span.extracting(first...), times, rows, count, to: &output)
    }
  }

  private mutating func copy<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ times: TimeColumn, _ rows: [UInt32], _ count: Int, to output: inout [UInt32]
  ) {
    let rows = rows.span.extracting(0..<count)
    var output = output.mutableSpan
    var index = 0
    while true {
      index = copyKnown(offsets, times, rows, index..<count, to: &output)
      if index == count { return }
      let offset = Int64(truncatingIfNeeded: offsets[Int(rows[index])])
      output[index] = code(at: times.baseMilliseconds &+ offset &* times.unitMilliseconds)
      index += 1
    }
  }

  /// Writes codes until one is not remembered, and returns the index of that one.
  private func copyKnown<Offset: FixedWidthInteger & UnsignedInteger>(
    _ offsets: Span<Offset>, _ times: TimeColumn, _ rows: Span<UInt32>, _ indices: Range<Int>,
    to output: inout MutableSpan<UInt32>
  ) -> Int {
    // Counted from the start of the first event's quarter, all times are positive, which makes their division faster.
    let (firstQuarter, phase) = times.baseMilliseconds.floorDivided(by: quarterMilliseconds)
    let (start, unit) = (UInt64(phase), UInt64(times.unitMilliseconds))
    let known = known.span
    precondition(known.count == remembered && output.count >= rows.count)
    for index in indices {
      let milliseconds = start &+ UInt64(truncatingIfNeeded: offsets[Int(rows[index])]) &* unit
      let quarters = Int64(truncatingIfNeeded: milliseconds / UInt64(quarterMilliseconds))
      let place = Place(ofQuarter: firstQuarter &+ quarters)
      // Sound: indices of places are below `remembered`.
      let entry = known[unchecked: place.index]
      guard entry.turn == place.turn else { return index }
      output[unchecked: index] = entry.code
    }
    return rows.count
  }

  /// Returns the code of an instant.
  mutating func code(at instant: Int64) -> UInt32 {
    let quarter = instant.floorDivided(by: quarterMilliseconds).quotient
    let place = Place(ofQuarter: quarter)
    if known[place.index].turn == place.turn { return known[place.index].code }
    let first = quarter * quarterMilliseconds
    let last = first + quarterMilliseconds - 1
    guard case .unit = codes.kind else {
      guard let code = codes.clockCode(from: first, through: last) else {
        return codes.code(at: instant).code
      }
      known[place.index] = (place.turn, code)
      return code
    }
    if !hasLatest || !latest.same.contains(instant) { (latest, hasLatest) = (codes.code(at: instant), true) }
    if latest.same.lowerBound <= first, last <= latest.same.upperBound {
      known[place.index] = (place.turn, latest.code)
    }
    return latest.code
  }
}
