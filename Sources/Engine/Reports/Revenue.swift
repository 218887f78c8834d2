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
    let wanted = propertyStrings.code(of: request.currency).map(UInt32.init)
    return RevenueReport(
      chart: partial.chart.map { key, amount in
        RevenuePoint(eventName: names[Int(key.name)], startMilliseconds: key.bucketStart, amount: amount)
      }.sorted {
        $0.startMilliseconds != $1.startMilliseconds
          ? $0.startMilliseconds < $1.startMilliseconds : precedes($0.eventName, $1.eventName)
      },
      countries: partial.countries.map { NamedAmount(name: countries[Int($0)], amount: $1) }.sorted {
        $0.amount != $1.amount ? $0.amount > $1.amount : precedes($0.name, $1.name)
      },
      total: wanted.flatMap { partial.currencies[$0]?.totals } ?? RevenueTotals(),
      currencies: partial.currencies.map { (currency: propertyStrings[Int($0)], totals: $1.totals) }.sorted {
        $0.totals.sum != $1.totals.sum
          ? $0.totals.sum > $1.totals.sum : precedes($0.currency, $1.currency)
      })
  }
}

/// Adds up the amounts of every currency, and those of the wanted one by bucket and country.
private struct RevenueKernel: ReportKernel {
  private let money: MoneyProperties
  private let wanted: UInt32?
  private let unit: CalendarUnit
  private let timeZone: TimeZoneRules

  struct ChartKey: Hashable {
    let name: UInt32
    let bucketStart: Int64
  }

  struct CurrencyTally {
    var totals = RevenueTotals()
    /// The session counted last: a session's events stand together.
    var latestSession = -1
  }

  struct Partial {
    var chart: [ChartKey: Amount] = [:]
    /// By code.
    var countries: [UInt32: Amount] = [:]
    /// By code.
    var currencies: [UInt32: CurrencyTally] = [:]
    var cursor: CalendarCursor
    var memory = MoneyMemory()
  }

  init(_ request: RevenueRequest, _ website: WebsiteColumns) {
    money = MoneyProperties(website)
    wanted = website.propertyStrings.code(of: request.currency).map(UInt32.init)
    unit = request.unit
    timeZone = request.timeZone
  }

  func start() -> Partial { Partial(cursor: CalendarCursor(unit, in: timeZone)) }

  func take(_ block: BlockRows, into partial: inout Partial) {
    for currency in partial.currencies.keys { partial.currencies[currency]?.latestSession = -1 }
    var session = 0
    var memory = MoneyMemory()
    swap(&memory, &partial.memory)
    money.forEachEvent(in: block, &memory) { row, event in
      while block.rows(ofSession: session).upperBound <= row { session += 1 }
      add(event, row: row, session: session, of: block, to: &partial)
    }
    swap(&memory, &partial.memory)
  }

  func merge(_ other: Partial, into partial: inout Partial) {
    partial.chart.merge(other.chart, uniquingKeysWith: +)
    partial.countries.merge(other.countries, uniquingKeysWith: +)
    for (currency, tally) in other.currencies {
      partial.currencies[currency, default: CurrencyTally()].totals.add(tally.totals)
    }
  }

  private func add(
    _ event: EventMoney, row: Int, session: Int, of block: BlockRows, to partial: inout Partial
  ) {
    for currency in event.currencies {
      partial.currencies[currency, default: CurrencyTally()].add(event.amount, session: session)
      guard currency == wanted else { continue }
      let rowOfPartition = block.block.rows.lowerBound + row
      let key = ChartKey(
        name: block.partition[.eventName][rowOfPartition],
        bucketStart: partial.cursor.start(containing: block.time(row)))
      partial.chart[key, default: .zero] += event.amount
      partial.countries[block.partition[.country][rowOfPartition], default: .zero] += event.amount
    }
  }
}

extension RevenueKernel.CurrencyTally {
  fileprivate mutating func add(_ amount: Amount, session: Int) {
    totals.sum += amount
    totals.events += 1
    if session != latestSession { totals.visitors += 1 }
    latestSession = session
  }
}

extension RevenueTotals {
  fileprivate mutating func add(_ other: RevenueTotals) {
    sum += other.sum
    events += other.events
    visitors += other.visitors
  }
}
