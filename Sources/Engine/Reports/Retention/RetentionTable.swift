import Calendar

/// Where the numbers of a retention are in a list: at (slot × units + cohort) × `columns` + period.
struct RetentionLayout: Sendable {
  /// With more cells than this, only those that are used take memory.
  private static let maximumListed = 1 << 24

  let slots: Int
  let units: Int
  /// The number of periods that can have a visitor, at most all that are asked for, from 0 on.
  let columns: Int

  init(_ units: RetentionUnits, _ request: RetentionRequest, slots: Int) {
    (self.slots, self.units) = (slots, units.count)
    columns = min(request.periods, units.longestDistance) + 1
  }

  init(slots: Int, units: Int, columns: Int) {
    (self.slots, self.units, self.columns) = (slots, units, columns)
  }

  /// The cells of a slot.
  var cellsOfSlot: Int { units * columns }
  /// Whether a list of all cells is short enough.
  var isListed: Bool { cellsOfSlot <= Self.maximumListed / max(slots, 1) }
}

/// The cohorts of a retention, and how many of their members returned after how many units.
public struct RetentionTable: Sendable {
  /// The index of a cell, as in ``RetentionLayout`` with one slot, and its number of visitors.
  typealias CellCount = (cell: Int, number: Int)
  /// The same for its sum, in ten-thousandths.
  typealias CellSum = (cell: Int, number: Int128)

  private struct Cohort: Sendable {
    let startMilliseconds: Int64
    let visitors: Int
    /// The number of periods, from 0 on, whose unit begins in the range.
    let begun: Int
    /// The number of periods, from 0 on, that are complete.
    let complete: Int
    /// Indices in `counts`.
    let counts: Range<Int>
    /// Indices in `sums`.
    let sums: Range<Int>
  }

  private let criterion: RetentionRequest.Criterion
  private let hasMoney: Bool
  private let periods: Int
  /// By time.
  private var cohorts: [Cohort] = []
  /// By cohort, then by period: the visitors who returned in the period, or in the period and after it. Periods without
  /// a returning visitor, or with as many as the next one, are left out.
  private var counts: [(period: Int, visitors: Int)] = []
  /// By cohort, then by period.
  private var sums: [(period: Int, tenThousandths: Int128)] = []

  /// - Parameters:
  ///   - counts: Ascending. If visitors count in all periods up to their last, each is in the cell of its last one, else
  ///     in that of each unit; in period 0 either way if it did not return.
  ///   - sums: Ascending.
  init(
    _ request: RetentionRequest, _ units: RetentionUnits, _ layout: RetentionLayout, _ counts: [CellCount],
    sums: [CellSum], _ executor: ParallelExecutor
  ) {
    (criterion, hasMoney, periods) = (request.criterion, request.currency != nil, request.periods)
    let end = RetentionEnd(request, units)
    var (count, sum) = (0, 0)
    while count < counts.count, !executor.isCancelled {
      let unit = counts[count].cell / layout.columns
      let (first, next) = (unit * layout.columns, (unit + 1) * layout.columns)
      let ofCohort = count..<counts[count...].prefix { $0.cell < next }.endIndex
      while sum < sums.count, sums[sum].cell < first { sum += 1 }
      let sumsOfCohort = sum..<sums[sum...].prefix { $0.cell < next }.endIndex
      for index in ofCohort { self.counts.append((counts[index].cell - first, counts[index].number)) }
      for index in sumsOfCohort { self.sums.append((sums[index].cell - first, sums[index].number)) }
      if criterion == .onOrAfter { addLaterPeriods(ofCohortWith: ofCohort.count) }
      let start = units.starts[unit]
      let number = Int(units.numbers[unit])
      cohorts.append(
        Cohort(
          startMilliseconds: start, visitors: self.counts[self.counts.count - ofCohort.count].visitors,
          begun: end.periods(through: end.last, from: number),
          complete: start < request.scope.range.start
            ? 0 : end.periods(through: end.lastComplete, from: number),
          counts: self.counts.count - ofCohort.count..<self.counts.count,
          sums: self.sums.count - sumsOfCohort.count..<self.sums.count))
      (count, sum) = (ofCohort.upperBound, sumsOfCohort.upperBound)
    }
  }

  /// Creates the table of units that were counted elsewhere.
  ///
  /// - Parameters:
  ///   - counts: By cohort, then by unit, which are indices in `units`: in the unit of the cohort all its members; then
  ///     those who returned in the unit, or by ``RetentionRequest/Criterion/onOrAfter`` for the last time.
  ///   - sums: In ten-thousandths, by cohort, then by unit.
  package init(
    _ request: RetentionRequest, _ units: RetentionUnits,
    counts: [(cohort: Int, unit: Int, number: Int)], sums: [(cohort: Int, unit: Int, number: Int128)],
    _ executor: ParallelExecutor
  ) {
    let layout = RetentionLayout(units, request, slots: 1)
    func period(_ cohort: Int, _ unit: Int) -> Int { Int(units.numbers[unit] - units.numbers[cohort]) }
    var counted: [CellCount] = []
    executor.forEach(counts.indices) { index in
      let (cohort, unit, number) = counts[index]
      var period = period(cohort, unit)
      if request.criterion == .onOrAfter { period = min(period, layout.columns - 1) }
      if period >= layout.columns { return }
      let cell = cohort * layout.columns + period
      if counted.last?.cell == cell {
        counted[counted.count - 1].number += number
      } else {
        counted.append((cell, number))
      }
    }
    var summed: [CellSum] = []
    executor.forEach(sums.indices) { index in
      let (cohort, unit, number) = sums[index]
      let period = period(cohort, unit)
      if period < layout.columns { summed.append((cohort * layout.columns + period, number)) }
    }
    self.init(request, units, layout, counted, sums: summed, executor)
  }

  /// Adds to each of the last `length` counts those after it.
  private mutating func addLaterPeriods(ofCohortWith length: Int) {
    for index in counts.indices.suffix(length).dropLast().reversed() {
      counts[index].visitors += counts[index + 1].visitors
    }
  }
}

/// Where the range of a retention ends.
private struct RetentionEnd {
  private let periods: Int
  /// The numbers of the last unit that begins in the range, and of the last one that ends in it.
  let last: Int
  let lastComplete: Int

  init(_ request: RetentionRequest, _ units: RetentionUnits) {
    periods = request.periods
    let range = request.scope.range
    guard units.count > 0 else {
      (last, lastComplete) = (0, 0)
      return
    }
    let instant = min(range.end, writableInstants.upperBound)
    last = request.number(
      at: instant, fromUnitAt: units.starts[units.count - 1], number: Int(units.numbers[units.count - 1]))
    let end = request.timeZone.bounds(
      of: request.unit, weekStart: request.weekStart, containing: instant
    ).end
    lastComplete = end - 1 <= range.end ? last : last - 1
  }

  /// Returns how many periods, from 0 on, have a unit up to `number`.
  func periods(through number: Int, from cohort: Int) -> Int {
    min(max(number - cohort + 1, 0), periods + 1)
  }
}

/// A cohort in one period.
public struct RetentionRow: Sendable, Equatable {
  /// The start of the cohort's unit, in milliseconds since 1970.
  public let dateMilliseconds: Int64
  /// Units after the cohort's.
  public let period: Int
  /// The size of the cohort.
  public let visitors: Int
  /// The visitors of the cohort who returned.
  public let returnVisitors: Int
  /// Whether the cohort's unit begins in the range, and that of the period ends in it.
  public let isComplete: Bool
  /// Nil if no currency was asked for.
  public let money: Money?

  /// `returnVisitors` of `visitors`, 0 to 100.
  public var percentage: Double { Double(returnVisitors) * 100 / Double(visitors) }

  /// The amounts of a cohort's visitors.
  public struct Money: Sendable, Equatable {
    /// In the period.
    public let sum: Amount
    /// Up to the period, from the start events on.
    public let cumulative: Amount
    /// `cumulative` divided by the size of the cohort, rounded to ten-thousandths, halves away from zero.
    public let perVisitor: Amount
  }
}

/// All cohorts together in one period, as far as they are complete.
public struct RetentionTotal: Sendable, Equatable {
  public let period: Int
  /// The number of cohorts for which the period is complete.
  public let cohorts: Int
  /// The sizes of these cohorts.
  public let visitors: Int
  /// The visitors of these cohorts who returned.
  public let returnVisitors: Int

  /// `returnVisitors` of `visitors`, 0 to 100.
  public var percentage: Double { Double(returnVisitors) * 100 / Double(visitors) }
}

extension RetentionTable {
  /// The visitors of all cohorts, each as often as it is in one.
  var memberCount: Int { cohorts.reduce(0) { $0 + $1.visitors } }

  /// The number of rows that ``forEachRow(isDense:on:_:)`` visits.
  public func rowCount(isDense: Bool) -> Int {
    cohorts.reduce(0) { $0 + rowCount(of: $1, isDense: isDense) }
  }

  private func rowCount(of cohort: Cohort, isDense: Bool) -> Int {
    if isDense { return cohort.begun }
    return criterion == .on ? cohort.counts.count : 1 + (counts[cohort.counts].last?.period ?? 0)
  }

  /// Calls `body` with the rows by date, then by period, until the executor is cancelled.
  ///
  /// - Parameter isDense: Whether rows of periods without a returning visitor are included, up to the last period whose
  ///   unit begins in the range.
  public func forEachRow(isDense: Bool, on executor: ParallelExecutor, _ body: (RetentionRow) -> Void) {
    executor.forEach(0..<cohorts.count) { index in
      let cohort = cohorts[index]
      var (count, sum) = (cohort.counts.lowerBound, cohort.sums.lowerBound)
      var cumulative: Int128 = 0
      func visit(_ period: Int) {
        var (visitors, amount) = (0, Int128(0))
        while criterion == .onOrAfter, count < cohort.counts.upperBound, counts[count].period < period {
          count += 1
        }
        if count < cohort.counts.upperBound, criterion == .onOrAfter || counts[count].period == period {
          visitors = counts[count].visitors
          if criterion == .on { count += 1 }
        }
        if sum < cohort.sums.upperBound, sums[sum].period == period {
          amount = sums[sum].tenThousandths
          sum += 1
        }
        cumulative += amount
        body(row(cohort, period, visitors, amount, cumulative))
      }
      if !isDense, criterion == .on {
        for index in cohort.counts { visit(counts[index].period) }
      } else {
        for period in 0..<rowCount(of: cohort, isDense: isDense) { visit(period) }
      }
    }
  }

  private func row(
    _ cohort: Cohort, _ period: Int, _ visitors: Int, _ amount: Int128, _ cumulative: Int128
  ) -> RetentionRow {
    let money = RetentionRow.Money(
      sum: Amount(tenThousandths: amount), cumulative: Amount(tenThousandths: cumulative),
      perVisitor: Amount(tenThousandths: cumulative).average(of: cohort.visitors) ?? .zero)
    return RetentionRow(
      dateMilliseconds: cohort.startMilliseconds, period: period, visitors: cohort.visitors,
      returnVisitors: visitors, isComplete: period < cohort.complete, money: hasMoney ? money : nil)
  }

  /// Returns the periods that are complete for at least one cohort.
  public func total(on executor: ParallelExecutor) -> [RetentionTotal] {
    // At each period what changes there, so that a cohort takes no step for each of its periods.
    var changes = Array(
      repeating: (cohorts: 0, visitors: 0, returnVisitors: 0), count: periods + 2)
    executor.forEach(0..<cohorts.count) { index in
      let cohort = cohorts[index]
      if cohort.complete == 0 { return }
      changes[0].cohorts += 1
      changes[0].visitors += cohort.visitors
      changes[cohort.complete].cohorts -= 1
      changes[cohort.complete].visitors -= cohort.visitors
      var next = 0
      for (period, visitors) in counts[cohort.counts] where next < cohort.complete {
        let first = criterion == .on ? period : next
        next = min(period + 1, cohort.complete)
        if first >= next { continue }
        changes[first].returnVisitors += visitors
        changes[next].returnVisitors -= visitors
      }
    }
    var totals: [RetentionTotal] = []
    var sums = (cohorts: 0, visitors: 0, returnVisitors: 0)
    for period in 0...periods {
      sums.cohorts += changes[period].cohorts
      sums.visitors += changes[period].visitors
      sums.returnVisitors += changes[period].returnVisitors
      if sums.cohorts == 0 { break }
      totals.append(
        RetentionTotal(
          period: period, cohorts: sums.cohorts, visitors: sums.visitors, returnVisitors: sums.returnVisitors)
      )
    }
    return totals
  }
}
