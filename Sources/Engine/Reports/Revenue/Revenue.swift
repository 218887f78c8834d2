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
  /// The key of the properties that hold amounts; nil for all whose key contains `revenue`.
  public var amountKey: String?
  /// The key of the properties that name currencies; nil for all whose key contains `currency`.
  public var currencyKey: String?
  /// Whether the chart has one series of all events, in place of one for each event name.
  public var chartsAllEvents = false
  /// Whether gross amounts and all visitors are counted.
  public var hasMetrics = false
  /// The dimensions by which the currency's amounts are divided, apart from each other.
  public var breakdowns: [Dimension] = []
  /// The number of values of each breakdown.
  public var limit = 20
  /// Whether each breakdown has all other values together.
  public var rest = false

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
  /// The visitors with an event that counts, with or without an amount; nil unless metrics are asked for.
  public let visitors: Int?
  /// By breakdown of the request.
  public let breakdowns: [RevenueBreakdown]

  package init(
    chart: [RevenuePoint], countries: [NamedAmount], total: RevenueTotals,
    currencies: [(currency: String, totals: RevenueTotals)], visitors: Int?, breakdowns: [RevenueBreakdown]
  ) {
    self.chart = chart
    self.countries = countries
    self.total = total
    self.currencies = currencies
    self.visitors = visitors
    self.breakdowns = breakdowns
  }
}

/// The totals of the requested currency for each value of a dimension.
public struct RevenueBreakdown: Sendable {
  /// By sum descending, then by value.
  public let rows: [(value: String, totals: RevenueTotals)]
  /// All other values together; nil if there are none, or if nobody asks.
  public let rest: RevenueTotals?

  package init(rows: [(value: String, totals: RevenueTotals)], rest: RevenueTotals?) {
    self.rows = rows
    self.rest = rest
  }
}

/// The amounts of one event name in one bucket of time.
public struct RevenuePoint: Sendable, Equatable {
  /// Empty for events without a name.
  public let eventName: String
  /// The start of the bucket, in milliseconds since 1970.
  public let startMilliseconds: Int64
  /// The sum, in the requested currency.
  public let amount: Amount
  /// The number of events.
  public let events: Int

  package init(eventName: String, startMilliseconds: Int64, amount: Amount, events: Int) {
    self.eventName = eventName
    self.startMilliseconds = startMilliseconds
    self.amount = amount
    self.events = events
  }
}

/// The amount of one country.
public struct NamedAmount: Sendable, Equatable {
  /// The code of a country; empty for events without one.
  public let name: String
  /// The sum, in the requested currency.
  public let amount: Amount

  package init(name: String, amount: Amount) {
    self.name = name
    self.amount = amount
  }
}

/// The totals of one currency.
public struct RevenueTotals: Sendable, Equatable {
  /// The sum of all amounts.
  public var sum = Amount.zero
  /// Distinct events with an amount.
  public var events = 0
  /// Distinct sessions with an amount.
  public var visitors = 0
  /// The sum of the positive amounts; counted only if metrics are asked for.
  public var gross = Amount.zero

  package init(sum: Amount = .zero, events: Int = 0, visitors: Int = 0, gross: Amount = .zero) {
    self.sum = sum
    self.events = events
    self.visitors = visitors
    self.gross = gross
  }

  /// The sum of the negative amounts, if ``gross`` is counted.
  public var refunds: Amount { Amount(tenThousandths: sum.tenThousandths - gross.tenThousandths) }
}

extension WebsiteColumns {
  /// Returns the amounts in range. Throws if a filter cannot be compiled.
  public func revenue(_ request: RevenueRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> RevenueReport
  {
    let scope = try CompiledScope(request.scope, self, executor)
    let keys = MoneyProperties.Keys(amount: request.amountKey, currency: request.currencyKey)
    let money = keys == .init() ? money(executor) : MoneyProperties(self, keys: keys, executor)
    let wanted = propertyStrings.code(of: request.currency, on: executor).map(UInt32.init)
    let state = scan(scope, executor, RevenueKernel(request, money, currency: wanted, self, executor))
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
          eventName: names[Int(point.name)], startMilliseconds: point.bucketStart, amount: point.amount,
          events: point.events)
      },
      countries: amounts.map { NamedAmount(name: countries[$0], amount: $1) },
      total: totals.first { $0.code == wanted }?.totals ?? RevenueTotals(),
      currencies: currencies.map { (currency: propertyStrings[Int($0.code)], totals: $0.totals) },
      visitors: request.hasMetrics ? scan(scope, executor, AllVisitorsKernel()).visitors : nil,
      breakdowns: try revenueBreakdowns(request, money, currency: wanted, scope, executor))
  }
}

/// Amounts by bucket of time and event name.
struct RevenueChart: Sendable {
  private var buckets: UnitNumbering
  /// The pairs of a bucket number and a name code.
  private var groups: GroupKeyTable
  /// By number of the pair.
  private var amounts: [(sum: Amount, events: Int)] = []

  init(_ unit: CalendarUnit, weekStart: WeekStart, in rules: TimeZoneRules, nameCount: Int) {
    buckets = UnitNumbering(unit, weekStart: weekStart, in: rules)
    groups = GroupKeyTable(secondCount: nameCount)
  }

  /// The pairs with an amount, in no particular order.
  var points: [(name: UInt32, bucketStart: Int64, amount: Amount, events: Int)] {
    zip(groups.pairs, amounts).map { pair, amounts in
      (pair.second, buckets.starts[Int(pair.first)], amounts.sum, amounts.events)
    }
  }

  mutating func add(_ amount: Amount, name: UInt32, at milliseconds: Int64) {
    add(amount, events: 1, name, buckets.number(containing: milliseconds))
  }

  mutating func merge(_ other: RevenueChart) {
    for point in other.points {
      add(point.amount, events: point.events, point.name, buckets.number(startingAt: point.bucketStart))
    }
  }

  private mutating func add(_ amount: Amount, events: Int, _ name: UInt32, _ bucket: Int) {
    let group = Int(groups.number(UInt32(bucket), name))
    extend(&amounts, to: group + 1, with: (.zero, 0))
    amounts[group].sum += amount
    amounts[group].events += events
  }
}
