import Engine

extension ClickHouseBackend {
  func attribution(_ request: AttributionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> AttributionReport
  {
    var query = try query(request.scope, on: executor)
    let touches = try AttributionTouchesSQL(request, &query)
    let totals = try conversionTotals(query, touches.isConversion, on: executor)
    let rows = try rows(query.with + touches.sources, on: executor) { row throws(ClickHouseError) in
      (list: try row.count(), name: try row.text(), value: try row.amount().tenThousandths)
    }
    func sources(_ list: Int) -> [AttributedSource] {
      rows.filter { $0.list == list }.map { source in
        AttributedSource(
          name: source.name,
          value: request.currency == nil
            ? .visitors(Int(source.value)) : .amount(Amount(tenThousandths: source.value)))
      }
    }
    return AttributionReport(
      referrer: sources(0), paidAds: sources(1), utmSource: sources(2), utmMedium: sources(3),
      utmCampaign: sources(4), utmContent: sources(5), utmTerm: sources(6), pageviews: totals.events,
      visitors: totals.visitors, visits: totals.visits)
  }

  /// The events of `events` that are conversions, their visitors and their visits.
  func conversionTotals(_ query: EventQuery, _ isConversion: SQL, on executor: ParallelExecutor)
    throws(ReportError) -> (events: Int, visitors: Int, visits: Int)
  {
    try row(
      query.with + """
        SELECT toInt64(count()), toInt64(uniqExact(visitor)), toInt64(uniqExact(visit))
        FROM events WHERE \(isConversion)
        """, on: executor
    ) { row throws(ClickHouseError) in
      (events: try row.count(), visitors: try row.count(), visits: try row.count())
    }
  }
}

/// The touches of the visitors who converted.
private struct AttributionTouchesSQL {
  /// Whether an event of `events` is a conversion of its type.
  let isConversion: SQL
  /// A statement with the first sources of each list: the number of the list, a name, and the value as a text.
  let sources: SQL

  init(_ request: AttributionRequest, _ query: inout EventQuery) throws(ReportError) {
    query.need(.visitor, .visit, .time)
    let untyped = try query.test(request.step.condition)
    isConversion =
      switch request.step {
      case .path: "(\(untyped)) AND \(query.column(.type)) = 1"
      case .event: "(\(untyped)) AND \(query.column(.type)) = 2"
      case .condition(_, let typed): try query.test(typed)
      }
    let conversion: SQL
    let value: SQL
    var money: SQL = ""
    if let currency = request.currency {
      query.need(.id)
      // Amounts count on events of any type that match.
      money = query.moneyJoin(in: currency)
      conversion = "(\(untyped)) AND has_amount"
      value = "sumIf(amount, is_conversion)"
    } else {
      conversion = isConversion
      value = "toInt128(1)"
    }
    let names = query.sourceNames(dropsSelfReferrals: request.currency == nil)
    // Of the times of the visitor's events; those before the last conversion may be none.
    let (instant, isBefore): (SQL, SQL) =
      switch request.model {
      case .firstClick: ("arrayMin(times)", "true")
      case .lastClick:
        ("arrayMax(arrayFilter(time -> time < last, times))", "tupleElement(event, 1) < last")
      }
    let isNamed: SQL = request.currency == nil ? "name != ''" : "true"
    sources = """
      SELECT list, name, toString(sum(value)) AS total
      FROM (
        SELECT value, arrayJoin(arrayDistinct(arrayFlatten(arrayMap(event -> tupleElement(event, 2),
            arrayFilter(event -> tupleElement(event, 1) = instant AND \(isBefore), events))))) AS source,
          toInt64(tupleElement(source, 1)) AS list, tupleElement(source, 2) AS name
        FROM (
          SELECT value, events, last, \(instant) AS instant
          FROM (
            SELECT visitor, \(value) AS value, maxIf(t, is_conversion) AS last, groupArray(t) AS times,
              groupArray((t, names)) AS events
            FROM (
              SELECT *, \(conversion) AS is_conversion, \(names) AS names
              FROM events\(money)
              WHERE visitor \(query.source.global)IN (
                SELECT visitor FROM events WHERE \(request.currency == nil ? isConversion : untyped)))
            GROUP BY visitor HAVING countIf(is_conversion) > 0)))
      WHERE \(isNamed)
      GROUP BY list, name
      ORDER BY list, sum(value) DESC, name
      LIMIT \(value: WebsiteColumns.maximumSources) BY list
      """
  }
}

extension EventQuery {
  /// The names of an event in the lists of sources: an array of pairs of the number of the list and the name.
  fileprivate mutating func sourceNames(dropsSelfReferrals: Bool) -> SQL {
    let (referrer, host) = (column(.text(.referrerDomain)), column(.text(.hostname)))
    var networks: [SQL] = []
    for network in AdNetwork.networks {
      let id: SQL
      switch network {
      case .none: continue
      case .google: id = column(.clickID(.gclid))
      case .meta: id = column(.clickID(.fbclid))
      case .microsoft: id = column(.clickID(.msclkid))
      case .tikTok: id = column(.clickID(.ttclid))
      case .linkedIn: id = column(.clickID(.li_fat_id))
      case .twitter: id = column(.clickID(.twclid))
      }
      networks.append("\(id) != '', \(value: network.displayName)")
    }
    var names: [SQL] = ["(1, multiIf(\(networks.joined(separator: ", ")), ''))"]
    let campaign: [TextColumn] = [.utmSource, .utmMedium, .utmCampaign, .utmContent, .utmTerm]
    for (index, text) in campaign.enumerated() {
      names.append("(\(number: index + 2), toString(\(column(.text(text)))))")
    }
    let referrers: SQL = "[(0, toString(\(referrer)))]::Array(Tuple(list Int64, name String))"
    let own: SQL = dropsSelfReferrals ? "\(referrer) = \(host)" : "false"
    return """
      arrayConcat(if(\(own), []::Array(Tuple(list Int64, name String)), \(referrers)), \
      [\(names.joined(separator: ", "))]::Array(Tuple(list Int64, name String)))
      """
  }
}
