import Calendar

/// Sums the amounts of every currency, and those of the requested one by bucket and country.
struct RevenueKernel: ReportKernel {
  private let money: MoneyProperties
  private let wanted: UInt32?
  private let unit: CalendarUnit
  private let weekStart: WeekStart
  private let timeZone: TimeZoneRules
  private let nameCount: Int
  private let chartsAllEvents: Bool
  private let countsGross: Bool
  private let executor: ParallelExecutor

  struct CurrencyAccumulator: Sendable {
    fileprivate(set) var totals = RevenueTotals()
    /// The block and the session in it that were counted last. This suffices because entries are in session
    /// order.
    fileprivate var latestSession: (block: Int, session: UInt32) = (0, 0)
  }

  struct State: Sendable {
    fileprivate(set) var chart: RevenueChart
    /// By country code; nil if there is no amount.
    fileprivate(set) var countries: [Amount?] = []
    fileprivate(set) var currencies = CurrencyNumbers()
    /// By number of the currency.
    fileprivate(set) var accumulators: [CurrencyAccumulator] = []
    /// The number of blocks taken.
    fileprivate var block = 0
  }

  init(
    _ request: RevenueRequest, _ money: MoneyProperties, currency: UInt32?, _ website: WebsiteColumns,
    _ executor: ParallelExecutor
  ) {
    self.executor = executor
    self.money = money
    wanted = currency
    (chartsAllEvents, countsGross) = (request.chartsAllEvents, request.hasMetrics)
    unit = request.unit
    weekStart = request.weekStart
    timeZone = request.timeZone
    nameCount = website.dictionary(.eventName).count
  }

  var selectsFewRows: Bool { true }

  func start() -> State {
    State(chart: RevenueChart(unit, weekStart: weekStart, in: timeZone, nameCount: nameCount))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let money = money.money(of: block, executor)
    let entries = money.entries
    state.block += 1
    for index in entries.indexRange(of: block.block.rows) {
      let entry = entries[index]
      guard let tenThousandths = entry.tenThousandths,
        block.selects(rowOfPartition: Int(entry.row), at: entry.milliseconds)
      else {
        continue
      }
      let amount = Amount(tenThousandths: tenThousandths)
      let number = state.currencies.number(of: entry.currency)
      extend(&state.accumulators, to: number + 1, with: CurrencyAccumulator())
      state.accumulators[number].add(amount, of: (state.block, entry.session))
      if countsGross {
        state.accumulators[number].totals.gross.tenThousandths += money.gross(of: entry)
      }
      if entry.currency == wanted {
        state.chart.add(amount, name: chartsAllEvents ? 0 : entry.name, at: entry.milliseconds)
        Self.add(amount, Int(entry.country), to: &state.countries)
      }
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.chart.merge(other.chart)
    for (code, amount) in other.countries.enumerated() {
      if let amount { Self.add(amount, code, to: &state.countries) }
    }
    for (code, accumulator) in zip(other.currencies.codes, other.accumulators) {
      let number = state.currencies.number(of: code)
      extend(&state.accumulators, to: number + 1, with: CurrencyAccumulator())
      state.accumulators[number].totals.add(accumulator.totals)
    }
  }

  private static func add(_ amount: Amount, _ code: Int, to countries: inout [Amount?]) {
    extend(&countries, to: code + 1, with: nil)
    countries[code] = (countries[code] ?? .zero) + amount
  }
}

extension RevenueKernel.CurrencyAccumulator {
  fileprivate mutating func add(_ amount: Amount, of session: (block: Int, session: UInt32)) {
    totals.sum += amount
    totals.events += 1
    if session != latestSession { totals.visitors += 1 }
    latestSession = session
  }
}

extension RevenueTotals {
  mutating func add(_ other: RevenueTotals) {
    sum += other.sum
    events += other.events
    visitors += other.visitors
    gross += other.gross
  }
}
