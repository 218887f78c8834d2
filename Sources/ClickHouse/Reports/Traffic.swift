import Engine

extension ClickHouseBackend {
  func trafficNumbers(_ request: TrafficRequest, on executor: ParallelExecutor) throws(ReportError)
    -> TrafficNumbers
  {
    try trafficNumbers(request, of: .views, countsCustomEvents: true, on: executor)
  }

  func trafficNumbers(_ request: TrafficRequest, of events: CountedEvents, on executor: ParallelExecutor)
    throws(ReportError) -> TrafficNumbers
  {
    var isAll = false
    if case .all = events { isAll = true }
    return try trafficNumbers(request, of: events, countsCustomEvents: isAll, on: executor)
  }

  func visitorCount(_ scope: ReportScope, on executor: ParallelExecutor) throws(ReportError) -> Int {
    var query = try query(scope, on: executor)
    query.need(.visitor)
    return try row(query.with + "SELECT toInt64(uniqExact(visitor)) FROM events", on: executor) {
      row throws(ClickHouseError) in try row.count()
    }
  }

  private func trafficNumbers(
    _ request: TrafficRequest, of events: CountedEvents, countsCustomEvents: Bool,
    on executor: ParallelExecutor
  ) throws(ReportError) -> TrafficNumbers {
    var query = try query(request.scope, on: executor)
    let stays = StaysSQL(events, request.bounce, &query)
    return try row(
      query.with + stays.numbers(countsCustomEvents: countsCustomEvents, groupedBy: []), on: executor
    ) { row throws(ClickHouseError) in try TrafficNumbers(&row) }
  }
}

extension EventQuery {
  /// Leaves only events of a kind in `events`.
  mutating func select(_ events: CountedEvents) {
    let type = column(.type)
    switch events {
    case .views: select(where: "\(type) != 2")
    case .custom: select(where: "\(type) = 2")
    case .all: break
    }
  }
}

/// Counts events by stays: pairs of a session and a visit.
struct StaysSQL {
  /// Leaves all numbers but visitors at zero.
  var countsOnlyVisitors = false
  private let isCounted: SQL
  private let bounce: SQL

  init(_ events: CountedEvents, _ bounce: BounceRule, _ query: inout EventQuery) {
    query.need(.visitor, .visit, .time, .type)
    isCounted =
      switch events {
      case .views: "type != 2"
      case .custom: "type = 2"
      case .all: "true"
      }
    switch bounce {
    case .none: self.bounce = "false"
    case .single: self.bounce = "views = 1"
    case .engaged:
      // A custom event in range counts, whether or not it passes the filters, and whoever of the visit's sessions has it.
      query.needInRange(.visit, .type)
      self.bounce =
        "views = 1 AND NOT (visit \(query.source.global)IN (SELECT visit FROM in_range WHERE type = 2))"
    }
  }

  /// A statement with the numbers of each group, after the columns by which events are grouped; see
  /// ``TrafficNumbers/init(_:)``. Its columns have names, so that a clause with ORDER BY may follow.
  ///
  /// - Parameters:
  ///   - keys: Expressions over columns of `relation`, with names.
  ///   - relation: `events`, or a relation with its columns and others.
  func numbers(
    countsCustomEvents: Bool, groupedBy keys: [(expression: SQL, name: SQL)], from relation: SQL = "events"
  ) -> SQL {
    let list = keys.map { "\($0.expression) AS \($0.name), " as SQL }.joined(separator: "")
    let names = keys.map { "\($0.name), " as SQL }.joined(separator: "")
    let grouping: SQL = keys.isEmpty ? "" : "\nGROUP BY \(keys.map(\.name).joined(separator: ", "))"
    let custom: SQL = countsCustomEvents ? "countIf(type = 2)" : "0"
    if countsOnlyVisitors {
      return """
        SELECT \(list)toInt64(0) AS all_views, toInt64(uniqExactIf(visitor, \(isCounted))) AS all_visitors,
          toInt64(0) AS all_visits, toInt64(0) AS bounces, toInt64(0) AS seconds, toInt64(0) AS custom_events
        FROM \(relation)\(grouping)
        """
    }
    return """
      SELECT \(names)toInt64(sum(views)) AS all_views, toInt64(uniqExactIf(visitor, views > 0)) AS all_visitors,
        toInt64(uniqExactIf(visit, views > 0)) AS all_visits, toInt64(countIf(\(bounce))) AS bounces,
        toInt64(sumIf(intDiv(last - first, 1000), views > 0)) AS seconds, toInt64(sum(custom)) AS custom_events
      FROM (
        SELECT \(list)visitor, visit, countIf(\(isCounted)) AS views, \(custom) AS custom,
          minIf(t, \(isCounted)) AS first, maxIf(t, \(isCounted)) AS last
        FROM \(relation) GROUP BY \(names)visitor, visit)\(grouping)
      """
  }
}

extension TrafficNumbers {
  /// Reads the columns of ``StaysSQL/numbers(countsCustomEvents:groupedBy:)``.
  init(_ row: inout RowReader) throws(ClickHouseError) {
    self.init(
      views: try row.count(), visitors: try row.count(), visits: try row.count(), bounces: try row.count(),
      totalSeconds: try row.integer(), customEvents: try row.count())
  }
}
