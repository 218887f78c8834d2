import Engine

extension ClickHouseBackend {
  func trafficBreakdown(_ request: TrafficBreakdownRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [TrafficBreakdownRow]
  {
    var query = try query(request.traffic.scope, on: executor)
    query.select(request.events)
    if request.dropsOwnReferrers, request.dimension == .column(.referrerDomain) {
      try query.select(.isNoSelfReferral)
    }
    let values = query.values(of: request.dimension, among: request.events)
    let country: SQL = request.byCountry ? "toString(\(query.column(.text(.country))))" : "''"
    var conditions: [SQL] = ["value != ''"]
    if !request.search.isEmpty { conditions.append(containsIgnoringCase("value", request.search)) }
    if let keys = request.keys {
      let lists = keys.map(\.value).chunks(ofBytes: maximumListBytes)
      conditions.append(lists.map { "value IN \(value: $0)" as SQL }.oneHolds())
    }
    let groups: [(SQL, SQL)] = [("value", "value"), (country, "value_country")]
    var stays = StaysSQL(request.events, request.traffic.bounce, &query)
    if case .visitors = request.order { stays.countsOnlyVisitors = true }
    var statement =
      query.with
      + stays.numbers(
        countsCustomEvents: false, groupedBy: groups,
        from: "(SELECT * FROM \(values) WHERE \(conditions.allHold()))")
    if request.keys == nil {
      let order: SQL =
        switch request.order {
        case .visitors: "all_visitors DESC"
        case .events: "all_views DESC"
        case .visitorsAndVisits: "all_visitors DESC, all_visits DESC"
        }
      statement +=
        "\nORDER BY \(order), value, value_country LIMIT \(value: request.limit) OFFSET \(value: request.offset)"
    }
    let rows = try rows(statement, on: executor) { row throws(ClickHouseError) in
      TrafficBreakdownRow(
        key: TrafficBreakdownRequest.Key(value: try row.text(), country: try row.text()),
        numbers: try TrafficNumbers(&row))
    }
    guard let keys = request.keys else { return rows }
    var rowOfKey: [[[UInt8]]: TrafficBreakdownRow] = [:]
    for row in rows { rowOfKey[row.key.bytes] = row }
    return keys.map { rowOfKey[$0.bytes] ?? TrafficBreakdownRow(key: $0, numbers: TrafficNumbers()) }
  }

  /// The number of distinct texts of a column, without the empty one.
  func distinctValues(
    of column: TextColumn, among events: CountedEvents, _ scope: ReportScope, on executor: ParallelExecutor
  ) throws(ReportError) -> Int {
    var query = try query(scope, on: executor)
    let text = query.column(.text(column))
    query.select(events)
    return try row(
      query.with + "SELECT toInt64(uniqExactIf(\(text), \(text) != '')) FROM events", on: executor
    ) { row throws(ClickHouseError) in try row.count() }
  }

  /// The first texts of a column, by number of events descending, then by name.
  func columnValues(
    _ column: TextColumn, containing search: String, of scope: ReportScope, limit: Int,
    on executor: ParallelExecutor
  ) throws(ReportError) -> [(value: String, count: Int)] {
    var query = try query(scope, on: executor)
    let text = query.column(.text(column))
    let contains: SQL = search.isEmpty ? "true" : containsIgnoringCase("toString(\(text))", search)
    return try rows(
      query.with + """
        SELECT toString(\(text)) AS value, toInt64(count()) AS number FROM events
        WHERE \(text) != '' AND \(contains) GROUP BY value ORDER BY number DESC, value LIMIT \(value: limit)
        """, on: executor
    ) { row throws(ClickHouseError) in (value: try row.text(), count: try row.count()) }
  }

  func eventExtent(_ scope: ReportScope, on executor: ParallelExecutor) throws(ReportError)
    -> ClosedRange<Int64>?
  {
    try extent(of: query(scope, on: executor), on: executor)
  }

  /// The times of the first and the last of the events; nil if there are none.
  func extent(of query: EventQuery, on executor: ParallelExecutor) throws(ReportError) -> ClosedRange<Int64>?
  {
    var query = query
    query.need(.time)
    let (count, first, last) = try row(
      query.with + "SELECT toInt64(count()), min(t), max(t) FROM events", on: executor
    ) { row throws(ClickHouseError) in (try row.count(), try row.integer(), try row.integer()) }
    return count == 0 ? nil : first...last
  }

  func has(_ text: String, in column: TextColumn, on executor: ParallelExecutor) throws(ReportError) -> Bool {
    var query = try query(ReportScope(range: .always), on: executor)
    let values = query.column(.text(column))
    return try !rows(
      query.with + "SELECT toInt64(1) FROM events WHERE \(values) = \(value: text) LIMIT 1", on: executor
    ) { row throws(ClickHouseError) in try row.count() }.isEmpty
  }
}

extension TrafficBreakdownRequest.Key {
  /// Strings are equal if they only look the same, bytes are not.
  fileprivate var bytes: [[UInt8]] { [Array(value.utf8), Array(country.utf8)] }
}

extension EventQuery {
  /// A relation with the columns of `events` and the text of a dimension, `value`.
  ///
  /// - Parameter events: Which events are counted: the first and the last path of a visit are those of such events. With
  ///   `.views`, the paths of custom events are those of the visit's custom events.
  mutating func values(of dimension: Dimension, among events: CountedEvents) -> SQL {
    let value: SQL
    switch dimension {
    case .firstPath, .lastPath:
      need(.visit, .time, .tie, .type)
      let path = column(.text(.urlPath))
      let function: SQL = dimension == .firstPath ? "argMin" : "argMax"
      var kind: SQL = ", type = 2"
      if case .all = events { kind = "" }
      value = "\(function)(\(path), (t, tie)) OVER (PARTITION BY visit\(kind))"
    default: value = self.dimension(dimension)
    }
    return "(SELECT *, toString(\(value)) AS value FROM events)"
  }
}
