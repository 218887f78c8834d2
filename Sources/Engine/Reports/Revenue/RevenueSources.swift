import Calendar
import System

/// Money in one currency, by time, place and source. Defined in `Sources/Engine/Reports/README.md`, section
/// "revenue by source".
public struct RevenueSources: Sendable {
  public struct Region: Sendable, Equatable {
    public let country: String
    public let name: String
    public let amount: Amount

    package init(country: String, name: String, amount: Amount) {
      self.country = country
      self.name = name
      self.amount = amount
    }
  }

  /// Only buckets with an amount; by time, then by name.
  public let chart: [RevenuePoint]
  public let total: RevenueTotals
  /// By amount descending, then by name, as all lists; the empty name is that of events without one.
  public let countries: [NamedAmount]
  public let regions: [Region]
  /// By the referrer of the session's first event in range.
  public let referrers: [NamedAmount]
  /// By the channel of the first visit.
  public let channels: [NamedAmount]

  package init(
    chart: [RevenuePoint], total: RevenueTotals, countries: [NamedAmount], regions: [Region],
    referrers: [NamedAmount], channels: [NamedAmount]
  ) {
    self.chart = chart
    self.total = total
    self.countries = countries
    self.regions = regions
    self.referrers = referrers
    self.channels = channels
  }
}

extension RevenueTotals {
  /// The sum divided by a number of events or visitors; 0 if there are none.
  public func sum(per count: Int) -> Double { count == 0 ? 0 : sum.double / Double(count) }
}

extension WebsiteColumns {
  /// Returns the amounts in range, of the currency that is the request's in upper case. Throws if a filter cannot be
  /// compiled.
  public func revenueSources(
    _ request: RevenueRequest, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> RevenueSources {
    let state = try scan(request.scope, executor, RevenueSourcesKernel(request, self, executor))
    let names = dictionary(.eventName)
    let (countries, regions) = (dictionary(.country), dictionary(.region))
    let referrers = dictionary(.referrerDomain)
    var chart = state.points
    executor.sort(&chart) {
      $0.start != $1.start ? $0.start < $1.start : names.precedes(Int($0.name), Int($1.name))
    }
    let byRegion = sorted(state.regions, executor) { a, b in
      a.second != b.second
        ? regions.precedes(Int(a.second), Int(b.second)) : countries.precedes(Int(a.first), Int(b.first))
    }
    func named(_ amounts: RevenueAmounts, _ names: TextDictionary) -> [NamedAmount] {
      sorted(amounts, executor) { names.precedes(Int($0.first), Int($1.first)) }
        .map { NamedAmount(name: names[Int($0.first)], amount: $0.amount) }
    }
    return RevenueSources(
      chart: chart.map {
        RevenuePoint(
          eventName: names[Int($0.name)], startMilliseconds: $0.start, amount: $0.amount, events: $0.events)
      },
      total: state.total, countries: named(state.countries, countries),
      regions: byRegion.map {
        RevenueSources.Region(
          country: countries[Int($0.first)], name: regions[Int($0.second)], amount: $0.amount)
      },
      referrers: named(state.referrers, referrers),
      channels: named(state.channels, Channel.names))
  }

  private func sorted(
    _ amounts: RevenueAmounts, _ executor: ParallelExecutor,
    by precedes: (RevenueAmounts.Group, RevenueAmounts.Group) -> Bool
  ) -> [RevenueAmounts.Group] {
    var groups = amounts.groups
    executor.sort(&groups) { $0.amount != $1.amount ? $0.amount > $1.amount : precedes($0, $1) }
    return groups
  }
}

/// Amounts and numbers of events by pairs of numbers.
private struct RevenueAmounts: Sendable {
  typealias Group = (first: UInt32, second: UInt32, amount: Amount, events: Int)

  private var table: GroupKeyTable
  private var amounts: [(amount: Amount, events: Int)] = []

  init(secondCount: Int = 1) { table = GroupKeyTable(secondCount: secondCount) }

  var groups: [Group] {
    zip(table.pairs, amounts).map { ($0.first, $0.second, $1.amount, $1.events) }
  }

  mutating func add(_ amount: Amount, events: Int = 1, _ first: UInt32, _ second: UInt32 = 0) {
    let group = Int(table.number(first, second))
    extend(&amounts, to: group + 1, with: (.zero, 0))
    amounts[group].amount += amount
    amounts[group].events += events
  }

  mutating func merge(_ other: RevenueAmounts) {
    for group in other.groups { add(group.amount, events: group.events, group.first, group.second) }
  }
}

/// Sums the amounts in the wanted currency by time, place and source.
private struct RevenueSourcesKernel: ReportKernel {
  private let request: RevenueRequest
  private let money: MoneyProperties
  private let strings: TextDictionary
  private let channels: VisitColumn
  private let sizes: (names: Int, regions: Int)
  private let executor: ParallelExecutor

  struct State: Sendable {
    var total = RevenueTotals()
    fileprivate var buckets: UnitNumbering
    /// By number of the bucket and code of the event's name.
    fileprivate var chart: RevenueAmounts
    fileprivate var countries = RevenueAmounts()
    /// By codes of country and region.
    fileprivate var regions: RevenueAmounts
    fileprivate var referrers = RevenueAmounts()
    fileprivate var channels = RevenueAmounts()
    /// By code of a currency: whether it is the wanted one.
    fileprivate var isWanted: [UInt32: Bool] = [:]
    fileprivate var channelsOfBlock = BlockVisitCodes()

    var points: [(name: UInt32, start: Int64, amount: Amount, events: Int)] {
      chart.groups.map { ($0.second, buckets.starts[Int($0.first)], $0.amount, $0.events) }
    }
  }

  init(_ request: RevenueRequest, _ website: WebsiteColumns, _ executor: ParallelExecutor) {
    self.request = request
    self.executor = executor
    money = website.money(executor)
    strings = website.propertyStrings
    channels = VisitColumn(
      .channel, VisitScope(request.scope.range, website, executor), request.scope.sourceCategories, website,
      executor)
    sizes = (website.dictionary(.eventName).count, website.dictionary(.region).count)
  }

  var selectsFewRows: Bool { true }

  func start() -> State {
    State(
      buckets: UnitNumbering(request.unit, weekStart: request.weekStart, in: request.timeZone),
      chart: RevenueAmounts(secondCount: sizes.names), regions: RevenueAmounts(secondCount: sizes.regions))
  }

  func accumulate(_ block: BlockRows, into state: inout State) {
    let (partition, entries) = (block.partition, money.entries(of: block, executor))
    var latestRow: UInt32?
    var session: (number: UInt32, referrer: UInt32, channel: UInt32)?
    for index in entries.indexRange(of: block.block.rows) {
      let entry = entries[index]
      guard let tenThousandths = entry.tenThousandths, entry.row != latestRow,
        isWanted(entry.currency, &state.isWanted),
        block.selects(rowOfPartition: Int(entry.row), at: entry.milliseconds)
      else { continue }
      latestRow = entry.row
      if session?.number != entry.session {
        let first = firstRow(ofSession: Int(entry.session), partition)
        if session == nil { state.channelsOfBlock.load(channels, block) }
        session = (
          entry.session, partition[.referrerDomain][first],
          state.channelsOfBlock[first - block.block.rows.lowerBound]
        )
        state.total.visitors += 1
      }
      let amount = Amount(tenThousandths: tenThousandths)
      state.total.sum += amount
      state.total.events += 1
      state.chart.add(
        amount, UInt32(state.buckets.number(containing: entry.milliseconds)), entry.name)
      state.countries.add(amount, entry.country)
      state.regions.add(amount, entry.country, partition[.region][Int(entry.row)])
      if let session {
        state.referrers.add(amount, session.referrer)
        state.channels.add(amount, session.channel)
      }
    }
  }

  func merge(_ other: State, into state: inout State) {
    state.total.sum += other.total.sum
    state.total.events += other.total.events
    state.total.visitors += other.total.visitors
    for point in other.points {
      let bucket = UInt32(state.buckets.number(startingAt: point.start))
      state.chart.add(point.amount, events: point.events, bucket, point.name)
    }
    state.countries.merge(other.countries)
    state.regions.merge(other.regions)
    state.referrers.merge(other.referrers)
    state.channels.merge(other.channels)
  }

  /// The session's first event in range. There is one, because one with an amount is.
  private func firstRow(ofSession session: Int, _ partition: Partition) -> Int {
    let starts = partition.sessionStarts
    let rows = Int(starts[session])..<Int(starts[session + 1])
    return rows.partitionPoint { partition.times[$0] >= request.scope.range.start }
  }

  private func isWanted(_ currency: UInt32, _ known: inout [UInt32: Bool]) -> Bool {
    if let isWanted = known[currency] { return isWanted }
    let isWanted = strings.withBytes(of: Int(currency)) { text in
      text.elementsEqual(request.currency.utf8) { byte, wanted in
        (UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte ? byte - 0x20 : byte) == wanted
      }
    }
    known[currency] = isWanted
    return isWanted
  }
}
