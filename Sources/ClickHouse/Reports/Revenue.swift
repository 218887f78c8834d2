import Engine

extension ClickHouseBackend {
  func currencies(_ request: CurrenciesRequest, on executor: ParallelExecutor) throws(ReportError) -> [String]
  {
    var query = try query(request.scope, readsProperties: true, on: executor)
    query.need(.id)
    return try rows(
      query.with + """
        SELECT DISTINCT toString(arrayJoin(currencies)) AS currency
        FROM events \(query.source.global)INNER JOIN (\(query.source.money())) AS money USING (id)
        ORDER BY currency
        """, on: executor
    ) { row throws(ClickHouseError) in try row.text() }
  }

  func revenue(_ request: RevenueRequest, on executor: ParallelExecutor) throws(ReportError) -> RevenueReport
  {
    let units = try units(
      request.unit, weekStart: request.weekStart, in: request.timeZone, of: request.scope, on: executor)
    var query = try query(request.scope, readsProperties: true, on: executor)
    query.need(.id, .visitor, .time, .text(.eventName), .text(.country))
    let values = request.breakdowns.map { query.dimension($0) }
    let parts = MoneyParts(query, request, isWanted: "currency = \(value: request.currency)")
    let unit = units.index(of: "t")
    let rows = try rows(
      parts.sums(
        ofAll: ["(0, 0, currency, '')"],
        ofWanted: [
          "(1, \(unit), \(request.chartsAllEvents ? "''" : "event_name"), '')", "(2, 0, country, '')",
        ]
          + values.indices.map { "(\(number: 3 + $0), 0, \(values[$0]), '')" }),
      on: executor, MoneyRow.init)
    func ofPart(_ part: Int) -> [MoneyRow] { rows.filter { $0.part == part } }
    var breakdowns: [RevenueBreakdown] = []
    for (index, value) in values.enumerated() {
      let all = ofPart(3 + index)
      let shown = all.prefix(max(request.limit, 0)).map { (value: $0.name, totals: $0.totals) }
      var rest: RevenueTotals?
      if request.rest, shown.count < all.count {
        rest = try row(
          parts.sums(
            ofAll: [], ofWanted: ["(0, 0, '', '')"],
            where: "NOT (currency = \(value: request.currency) AND \(value) IN \(value: shown.map(\.value)))"),
          on: executor, MoneyRow.init
        ).totals
      }
      breakdowns.append(RevenueBreakdown(rows: shown, rest: rest))
    }
    let currencies = ofPart(0)
    return RevenueReport(
      chart: ofPart(1).map { $0.point(units) },
      countries: ofPart(2).map { NamedAmount(name: $0.name, amount: $0.totals.sum) },
      total: currencies.first { $0.name.utf8.elementsEqual(request.currency.utf8) }?.totals
        ?? RevenueTotals(),
      currencies: currencies.map { (currency: $0.name, totals: $0.totals) },
      visitors: request.hasMetrics ? try visitorCount(request.scope, on: executor) : nil,
      breakdowns: breakdowns)
  }

  func revenueSources(_ request: RevenueRequest, on executor: ParallelExecutor) throws(ReportError)
    -> RevenueSources
  {
    let units = try units(
      request.unit, weekStart: request.weekStart, in: request.timeZone, of: request.scope, on: executor)
    var query = try query(request.scope, readsProperties: true, on: executor)
    query.need(.id, .visitor, .time, .text(.eventName), .text(.country), .text(.region))
    query.needInRange(.visitor, .visit, .time, .tie, .text(.referrerDomain))
    let channel = query.visitValue(.channel)
    let parts = MoneyParts(query, request, isWanted: "upper(currency) = \(value: request.currency)")
    // Of the session's first event in range, whether or not it passes the filters.
    let sessions: SQL = """
      SELECT visitor, referrer, session_channel
      FROM (
        SELECT visitor, tupleElement(event, 1) AS visit, tupleElement(event, 2) AS referrer
        FROM (SELECT visitor, argMin((visit, referrer_domain), (t, tie)) AS event FROM in_range GROUP BY visitor)) AS firsts
      \(query.source.global)INNER JOIN (SELECT visit, \(channel) AS session_channel FROM visit_values) AS channels
        USING (visit)
      """
    let rows = try rows(
      parts.sums(
        ofAll: [],
        ofWanted: [
          "(0, 0, '', '')", "(1, \(units.index(of: "t")), event_name, '')", "(2, 0, country, '')",
          "(3, 0, region, country)", "(4, 0, referrer, '')", "(5, 0, session_channel, '')",
        ], joining: "\(query.source.global)INNER JOIN (\(sessions)) AS sessions USING (visitor)"),
      on: executor, MoneyRow.init)
    func named(_ part: Int) -> [NamedAmount] {
      rows.filter { $0.part == part }.map { NamedAmount(name: $0.name, amount: $0.totals.sum) }
    }
    return RevenueSources(
      chart: rows.filter { $0.part == 1 }.map { $0.point(units) },
      total: rows.first { $0.part == 0 }?.totals ?? RevenueTotals(), countries: named(2),
      regions: rows.filter { $0.part == 3 }.map {
        RevenueSources.Region(country: $0.place, name: $0.name, amount: $0.totals.sum)
      },
      referrers: named(4), channels: named(5))
  }
}

/// Sums amounts by several keys in one statement: each event counts in all of its parts.
private struct MoneyParts {
  private let query: EventQuery
  private let money: SQL
  private let isWanted: SQL

  /// - Parameter isWanted: Whether `currency` is the requested one.
  init(_ query: EventQuery, _ request: RevenueRequest, isWanted: SQL) {
    self.query = query
    money = query.source.money(amountKey: request.amountKey, currencyKey: request.currencyKey)
    self.isWanted = isWanted
  }

  /// A statement with the sums by part, each by time, by sum descending, or both the same by the texts; see
  /// ``MoneyRow/init(_:)``.
  ///
  /// - Parameters:
  ///   - all: The parts in which amounts of all currencies are: number, unit of time or 0, and two texts.
  ///   - wanted: The parts of the wanted currency alone. There, an event with two texts of it counts once.
  func sums(
    ofAll all: [SQL], ofWanted wanted: [SQL], where condition: SQL = "true", joining join: SQL = ""
  ) -> SQL {
    func list(_ parts: [SQL]) -> SQL {
      "[\(parts.joined(separator: ", "))]::Array(Tuple(part Int64, unit Int64, name String, place String))"
    }
    let isFirst: SQL = "currency = arrayFirst(currency -> \(isWanted), currencies)"
    return query.with + """
      SELECT tupleElement(key, 1) AS part, tupleElement(key, 2) AS unit, tupleElement(key, 3) AS name,
        tupleElement(key, 4) AS place, toString(sum(amount)), toInt64(count()), toInt64(uniqExact(visitor)),
        toString(sum(gross))
      FROM (
        SELECT *, arrayJoin(arrayConcat(\(list(all)), if(\(isWanted) AND \(isFirst), \(list(wanted)),
          \(list([]))))) AS key
        FROM (
          SELECT *, arrayJoin(currencies) AS currency
          FROM events \(query.source.global)INNER JOIN (\(money)) AS money USING (id) \(join)
          WHERE has_amount)
        WHERE \(condition))
      GROUP BY key
      ORDER BY part, unit, if(part = 1, toInt128(0), sum(amount)) DESC, name, place
      """
  }
}

/// The totals of one key.
private struct MoneyRow {
  let part: Int
  let unit: Int
  let name: String
  let place: String
  let totals: RevenueTotals

  init(_ row: inout RowReader) throws(ClickHouseError) {
    (part, unit) = (try row.count(), try row.count())
    (name, place) = (try row.text(), try row.text())
    totals = RevenueTotals(
      sum: try row.amount(), events: try row.count(), visitors: try row.count(), gross: try row.amount())
  }

  func point(_ units: UnitSegments) -> RevenuePoint {
    RevenuePoint(
      eventName: name, startMilliseconds: units.starts[unit], amount: totals.sum, events: totals.events)
  }
}
