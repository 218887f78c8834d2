public import Calendar

/// Money earned, over time, by country and by currency. Defined in `Sources/Engine/Reports/README.md`,
/// section "revenue".
public struct RevenueRequest: Sendable {
  /// The events that count.
  public var scope: ReportScope
  /// The currency of the chart, the countries and the total.
  public var currency: String
  /// The width of the chart's buckets.
  public var unit: CalendarUnit
  /// The zone of the buckets.
  public var timeZone: TimeZoneRules
  /// The day on which the buckets of weeks begin.
  public var weekStart = WeekStart.monday

  public init(scope: ReportScope, currency: String, unit: CalendarUnit, timeZone: TimeZoneRules) {
    self.scope = scope
    self.currency = currency
    self.unit = unit
    self.timeZone = timeZone
  }
}

/// The amounts in one currency by time and by country, and the totals of every currency.
public struct RevenueReport: Sendable {
  /// Only buckets with an amount; by time, then by name.
  public let chart: [RevenuePoint]
  /// By amount descending, then by name; the empty name is events without a country.
  public let countries: [NamedAmount]
  /// The totals of the requested currency.
  public let total: RevenueTotals
  /// Every currency in range; by sum descending, then by currency.
  public let currencies: [(currency: String, totals: RevenueTotals)]
}

/// The amounts of one event name in one bucket of time.
public struct RevenuePoint: Sendable, Equatable {
  /// Empty for events without a name.
  public let eventName: String
  /// The start of the bucket, in milliseconds since 1970.
  public let startMilliseconds: Int64
  /// The sum, in the requested currency.
  public let amount: Amount
}

/// The amount of one country.
public struct NamedAmount: Sendable, Equatable {
  /// The code of a country; empty for events without one.
  public let name: String
  /// The sum, in the requested currency.
  public let amount: Amount
}

/// The totals of one currency.
public struct RevenueTotals: Sendable, Equatable {
  /// The sum of all amounts.
  public var sum = Amount.zero
  /// Distinct events with an amount.
  public var events = 0
  /// Distinct sessions with an amount.
  public var visitors = 0
}

extension WebsiteColumns {
  /// Returns the amounts in range. Throws if a filter cannot be compiled.
  public func revenue(_ request: RevenueRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError)
    -> RevenueReport
  {
    let wanted = propertyStrings.code(of: request.currency, on: executor).map(UInt32.init)
    let state = try scan(request.scope, executor, RevenueKernel(request, currency: wanted, self, executor))
    let names = dictionary(.eventName)
    let countries = dictionary(.country)
    let totals = zip(state.currencies.codes, state.accumulators).compactMap { code, accumulator in
      accumulator.totals.events == 0 ? nil : (code: code, totals: accumulator.totals)
    }
    var chart = state.chart.points
    executor.sort(&chart) {
      $0.bucketStart != $1.bucketStart
        ? $0.bucketStart < $1.bucketStart : names.precedes(Int($0.name), Int($1.name))
    }
    var amounts = state.countries.enumerated().compactMap { code, amount in amount.map { (code, $0) } }
    executor.sort(&amounts) { $0.1 != $1.1 ? $0.1 > $1.1 : countries.precedes($0.0, $1.0) }
    var currencies = totals
    executor.sort(&currencies) {
      $0.totals.sum != $1.totals.sum
        ? $0.totals.sum > $1.totals.sum : propertyStrings.precedes(Int($0.code), Int($1.code))
    }
    return RevenueReport(
      chart: chart.map { point in
        RevenuePoint(
          eventName: names[Int(point.name)], startMilliseconds: point.bucketStart, amount: point.amount)
      },
      countries: amounts.map { NamedAmount(name: countries[$0], amount: $1) },
      total: totals.first { $0.code == wanted }?.totals ?? RevenueTotals(),
      currencies: currencies.map { (currency: propertyStrings[Int($0.code)], totals: $0.totals) })
  }
}

/// Amounts by bucket of time and event name.
struct RevenueChart: Sendable {
  private var buckets: CalendarBuckets
  /// The pairs of a bucket number and a name code.
  private var groups: GroupKeyTable
  /// By number of the pair.
  private var amounts: [Amount] = []

  init(_ unit: CalendarUnit, weekStart: WeekStart, in rules: TimeZoneRules, nameCount: Int) {
    buckets = CalendarBuckets(unit, weekStart: weekStart, in: rules)
    groups = GroupKeyTable(secondCount: nameCount)
  }

  /// The pairs with an amount, in no particular order.
  var points: [(name: UInt32, bucketStart: Int64, amount: Amount)] {
    zip(groups.pairs, amounts).map { pair, amount in
      (pair.second, buckets.starts[Int(pair.first)], amount)
    }
  }

  mutating func add(_ amount: Amount, name: UInt32, at milliseconds: Int64) {
    add(amount, name, buckets.number(containing: milliseconds))
  }

  mutating func merge(_ other: RevenueChart) {
    for point in other.points {
      add(point.amount, point.name, buckets.number(startingAt: point.bucketStart))
    }
  }

  private mutating func add(_ amount: Amount, _ name: UInt32, _ bucket: Int) {
    let group = Int(groups.number(UInt32(bucket), name))
    extend(&amounts, to: group + 1, with: .zero)
    amounts[group] += amount
  }
}
