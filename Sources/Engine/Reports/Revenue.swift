/// Money earned, over time and by country and currency ("revenue" in the reports' contract).
public struct RevenueRequest {
  public var scope: ReportScope
  /// The currency of the chart, the countries and the total.
  public var currency: String
  /// The width of the chart's buckets.
  public var unit: CalendarUnit
  public var timeZone: TimeZoneRules

  public init(scope: ReportScope, currency: String, unit: CalendarUnit, timeZone: TimeZoneRules) {
    self.scope = scope
    self.currency = currency
    self.unit = unit
    self.timeZone = timeZone
  }
}

public struct RevenueReport: Sendable {
  /// Only buckets with an amount; by time, then name.
  public let chart: [RevenuePoint]
  /// By amount descending, then name; an empty name stands for events without a country.
  public let countries: [NamedAmount]
  public let total: RevenueTotals
  /// Every currency in range; by sum descending, then currency.
  public let currencies: [(currency: String, totals: RevenueTotals)]
}

/// The amounts of one event name in one bucket of time.
public struct RevenuePoint: Sendable, Equatable {
  public let eventName: String
  /// The start of the bucket, in milliseconds since 1970.
  public let startMilliseconds: Int64
  public let amount: Amount
}

public struct NamedAmount: Sendable, Equatable {
  public let name: String
  public let amount: Amount
}

public struct RevenueTotals: Sendable, Equatable {
  public var sum = Amount.zero
  /// Distinct events with an amount.
  public var events = 0
  /// Distinct sessions with an amount.
  public var visitors = 0
}

extension WebsiteColumns {
  public func revenue(_ request: RevenueRequest, on scanner: Scanner = Scanner()) -> RevenueReport {
    let partial = scan(request.scope, scanner, RevenueKernel(request, self))
    let names = dictionary(.eventName)
    let countries = dictionary(.country)
    let totals = zip(partial.currencies.codes, partial.tallies).compactMap { code, tally in
      tally.totals.events == 0 ? nil : (code: code, totals: tally.totals)
    }
    let wanted = propertyStrings.code(of: request.currency).map(UInt32.init)
    return RevenueReport(
      chart: partial.chart.points.map { point in
        RevenuePoint(
          eventName: names[Int(point.name)], startMilliseconds: point.bucketStart, amount: point.amount)
      }.sorted {
        $0.startMilliseconds != $1.startMilliseconds
          ? $0.startMilliseconds < $1.startMilliseconds : precedes($0.eventName, $1.eventName)
      },
      countries: partial.countries.enumerated().compactMap { code, amount in
        amount.map { NamedAmount(name: countries[code], amount: $0) }
      }.sorted { $0.amount != $1.amount ? $0.amount > $1.amount : precedes($0.name, $1.name) },
      total: totals.first { $0.code == wanted }?.totals ?? RevenueTotals(),
      currencies: totals.map { (currency: propertyStrings[Int($0.code)], totals: $0.totals) }.sorted {
        $0.totals.sum != $1.totals.sum
          ? $0.totals.sum > $1.totals.sum : precedes($0.currency, $1.currency)
      })
  }
}
