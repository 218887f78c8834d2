import Calendar

/// The calendar units of the events of a retention, in order. The number of units from one to another is the
/// difference of their numbers.
package struct RetentionUnits: Sendable {
  /// The start of each unit, and the end of the last one, in milliseconds since 1970.
  package let starts: [Int64]
  /// By unit, ascending. A date that the zone left out has no unit, and leaves a gap in the numbers.
  package let numbers: [Int32]

  init(starts: [Int64], numbers: [Int32]) {
    precondition(starts.count == numbers.count + 1)
    (self.starts, self.numbers) = (starts, numbers)
  }

  var count: Int { numbers.count }

  /// The instant at which each unit ends; the last one has no end.
  var ends: [Int64] { starts.dropFirst().dropLast() + [.max] }

  /// The difference of the numbers of the last and the first unit.
  var longestDistance: Int { count == 0 ? 0 : Int(numbers[count - 1] - numbers[0]) }
}

extension RetentionUnits {
  /// If the range has more units than this (days of over 80 years), only those are listed that have an event.
  private static let maximumListed = 1 << 15

  /// Lists the units of the events of a scope. The result is meaningless once the executor is cancelled.
  ///
  /// Hours that are at least ``RetentionRequest/periods`` + 1 apart may have numbers that are only so far apart.
  init(
    _ request: RetentionRequest, _ scope: CompiledScope, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) {
    guard let extent = website.extentMilliseconds, scope.range.overlaps(extent) else {
      self.init(starts: [0], numbers: [])
      return
    }
    let (first, last) = (
      max(extent.lowerBound, scope.range.start), min(extent.upperBound, scope.range.end)
    )
    if request.unit == .day {
      var days = request.timeZone.days(from: first, through: last)
      if days.count > Self.maximumListed {
        days = days.keeping(website.scan(scope, executor, OccurringDays(days: days)))
      }
      self.init(starts: days.starts, numbers: days.dayNumbers)
      return
    }
    let (unit, weekStart, rules) = (request.unit, request.weekStart, request.timeZone)
    var starts: [Int64] = []
    var next = first
    while next <= last, starts.count < Self.maximumListed {
      let bounds = rules.bounds(of: unit, weekStart: weekStart, containing: next)
      starts.append(bounds.start)
      next = bounds.end
    }
    if next <= last {
      starts = website.scan(scope, executor, OccurringUnits(unit, weekStart, rules)).starts
      executor.sort(&starts, by: <)
      next = starts.last.map { rules.bounds(of: unit, weekStart: weekStart, containing: $0).end } ?? first
    }
    self.init(starts: starts + [next], numbers: Self.numbers(of: starts, request, executor))
  }

  /// Units that begin at all of `starts` but the last one, at which they end.
  package init(starts: [Int64], _ request: RetentionRequest, _ executor: ParallelExecutor) {
    self.init(
      starts: starts, numbers: Self.numbers(of: Array(starts.dropLast()), request, executor))
  }

  /// Returns the numbers of the units that begin at `starts`.
  private static func numbers(
    of starts: [Int64], _ request: RetentionRequest, _ executor: ParallelExecutor
  ) -> [Int32] {
    var numbers = Array(repeating: Int32(0), count: starts.count)
    executor.forEach(starts.indices) { index in
      let date = request.timeZone.dateNumber(
        of: request.unit, weekStart: request.weekStart, containing: starts[index])
      if let date {
        numbers[index] = Int32(clamping: date)
      } else if index > 0 {
        numbers[index] =
          numbers[index - 1] + request.hours(from: starts[index - 1], to: starts[index])
      }
    }
    return numbers
  }
}

extension RetentionRequest {
  /// Returns how many hours begin after `start`, up to `instant`; at most one more than are looked at.
  fileprivate func hours(from start: Int64, to instant: Int64) -> Int32 {
    Int32(timeZone.clockUnits(unit, from: start, to: instant, limit: periods + 1))
  }

  /// Returns the number of the unit that contains `instant`, which is not before `start`, the start of the unit with
  /// the number `number`.
  func number(at instant: Int64, fromUnitAt start: Int64, number: Int) -> Int {
    timeZone.dateNumber(of: unit, weekStart: weekStart, containing: instant).map { Int($0) }
      ?? number + Int(hours(from: start, to: instant))
  }
}

/// Finds the days that have an event: a bit for every day.
private struct OccurringDays: ReportKernel {
  let days: CalendarDays

  func start() -> [UInt64] { Array(repeating: 0, count: days.count / 64 + 1) }

  func accumulate(_ block: BlockRows, into bits: inout [UInt64]) {
    let selected = block.selected
    for row in 0..<block.count where selected[row] {
      let day = days.index(containing: block.time(row))
      bits[day / 64] |= 1 << UInt64(day % 64)
    }
  }

  func merge(_ other: [UInt64], into bits: inout [UInt64]) {
    for index in bits.indices { bits[index] |= other[index] }
  }
}

extension CalendarDays {
  /// Returns the days whose bit is set. A day that is left out becomes part of the one before it.
  fileprivate func keeping(_ bits: [UInt64]) -> CalendarDays {
    let kept = dayNumbers.indices.filter { bits[$0 / 64] >> UInt64($0 % 64) & 1 != 0 }
    let end = kept.last.map { starts[$0 + 1] } ?? starts[0]
    return CalendarDays(starts: kept.map { starts[$0] } + [end], dayNumbers: kept.map { dayNumbers[$0] })
  }
}

/// Finds the units that have an event.
private struct OccurringUnits: ReportKernel {
  private let units: UnitNumbering

  init(_ unit: CalendarUnit, _ weekStart: WeekStart, _ rules: TimeZoneRules) {
    units = UnitNumbering(unit, weekStart: weekStart, in: rules)
  }

  func start() -> UnitNumbering { units }

  func accumulate(_ block: BlockRows, into units: inout UnitNumbering) {
    let selected = block.selected
    for row in 0..<block.count where selected[row] { _ = units.number(containing: block.time(row)) }
  }

  func merge(_ other: UnitNumbering, into units: inout UnitNumbering) {
    for start in other.starts { _ = units.number(startingAt: start) }
  }
}
