import Calendar
import Engine

extension ClickHouseBackend {
  func trafficSeries(
    _ request: TrafficRequest, by units: SeriesUnits, countsCustomEvents: Bool, on executor: ParallelExecutor
  ) throws(ReportError) -> [TrafficPoint] {
    var query = try query(request.scope, on: executor)
    guard let segments = try segments(units, of: request.scope.range, on: executor) else { return [] }
    if !countsCustomEvents { query.select(.views) }
    let stays = StaysSQL(.views, request.bounce, &query)
    let unit: [(SQL, SQL)] = [("toInt64(\(segments.index(of: "t")))", "unit")]
    return try rows(
      query.with + stays.numbers(countsCustomEvents: countsCustomEvents, groupedBy: unit)
        + "\nORDER BY unit", on: executor
    ) { row throws(ClickHouseError) in try TrafficPoint(&row, segments) }
  }

  func trafficSeries(_ request: TrafficSeriesRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [TrafficSeries]
  {
    var query = try query(request.traffic.scope, on: executor)
    guard let segments = try segments(request.units, of: request.traffic.scope.range, on: executor) else {
      return []
    }
    let values = query.values(of: request.dimension, among: .views)
    let stays = StaysSQL(.views, request.traffic.bounce, &query)
    // Each value has a slot of its own, and the rest has the last one.
    let last: SQL = "\(value: request.limit + 1)"
    let slots: SQL = """
      SELECT value, toInt64(row_number() OVER (ORDER BY visitors DESC, value)) AS place
      FROM (SELECT value, uniqExactIf(visitor, type != 2) AS visitors FROM \(values) GROUP BY value)
      """
    let relation: SQL = """
      (SELECT * FROM \(values) AS valued \(query.source.global)INNER JOIN (\(slots)) AS slots USING (value)\(request.rest ? "" : " WHERE place < \(last)"))
      """
    let groups: [(SQL, SQL)] = [
      ("least(place, \(last))", "slot"), ("if(place < \(last), value, '')", "slot_value"),
      ("toInt64(\(segments.index(of: "t")))", "unit"),
    ]
    let points = try rows(
      query.with + stays.numbers(countsCustomEvents: true, groupedBy: groups, from: relation)
        + "\nORDER BY slot, unit", on: executor
    ) { row throws(ClickHouseError) in
      (slot: try row.count(), value: try row.text(), point: try TrafficPoint(&row, segments))
    }
    var series: [TrafficSeries] = []
    var next = points[...]
    while let (slot, value, _) = next.first {
      let own = next.prefix { $0.slot == slot }
      series.append(TrafficSeries(value: slot > request.limit ? nil : value, points: own.map(\.point)))
      next = next.dropFirst(own.count)
    }
    return series
  }

  func eventSeries(
    _ request: TrafficRequest, by units: SeriesUnits, limit: Int?, on executor: ParallelExecutor
  ) throws(ReportError) -> [NamedEventCount] {
    var query = try query(request.scope, on: executor)
    guard let segments = try segments(units, of: request.scope.range, on: executor) else { return [] }
    query.select(.custom)
    query.need(.time)
    let name = query.column(.text(.eventName))
    var condition: SQL = ""
    if let limit {
      condition = """
        \nWHERE \(name) \(query.source.global)IN (SELECT \(name) FROM events GROUP BY \(name) \
        ORDER BY count() DESC, toString(\(name)) LIMIT \(value: limit))
        """
    }
    return try rows(
      query.with + """
        SELECT toInt64(\(segments.index(of: "t"))) AS unit, toString(\(name)) AS value, toInt64(count())
        FROM events\(condition) GROUP BY unit, value ORDER BY unit, value
        """, on: executor
    ) { row throws(ClickHouseError) in
      let (start, name) = (try segments.start(row.count()), try row.text())
      return NamedEventCount(name: name, startMilliseconds: start, count: try row.count())
    }
  }

  func weeklySessions(_ scope: ReportScope, in rules: TimeZoneRules, on executor: ParallelExecutor)
    throws(ReportError) -> [[Int]]
  {
    var week = Array(repeating: Array(repeating: 0, count: 24), count: 7)
    var query = try query(scope, on: executor)
    guard let extent = try eventExtent(ReportScope(range: scope.range), on: executor) else { return week }
    query.select(.views)
    query.need(.time, .visitor)
    let (starts, seconds) = rules.offsets(from: extent.lowerBound, through: extent.upperBound)
    let offset: SQL =
      "arrayElement(\(value: seconds), greatest(1, arrayCount(start -> start <= t, \(value: starts))))"
    // 1970-01-01 was a Thursday, four days after a Sunday.
    let hour: SQL = """
      intDiv(positiveModulo(intDiv(t - positiveModulo(t, 1000), 1000) + \(offset) + 4 * 86400, 7 * 86400), 3600)
      """
    let hours = try rows(
      query.with + "SELECT toInt64(\(hour)) AS hour, toInt64(uniqExact(visitor)) FROM events GROUP BY hour",
      on: executor
    ) { row throws(ClickHouseError) in (hour: try row.count(), sessions: try row.count()) }
    for (hour, sessions) in hours where week.indices.contains(hour / 24) {
      week[hour / 24][hour % 24] = sessions
    }
    return week
  }

  /// The units of a range; nil if there are too many of them and no events.
  func segments(
    _ units: SeriesUnits, of range: InstantRange, measurements: Bool = false, on executor: ParallelExecutor
  ) throws(ReportError) -> UnitSegments? {
    let instants = EventSource.instants
    let (start, end) = (
      max(range.start, instants.lowerBound), min(range.end, instants.upperBound)
    )
    guard let readable = InstantRange(start: start, end: end) else { return nil }
    if let starts = units.starts(of: readable) { return UnitSegments(starts) }
    var source = try source(on: executor)
    source.readsMeasurements = measurements
    let query = try EventQuery(ReportScope(range: readable), of: source)
    guard let extent = try extent(of: query, on: executor),
      let range = InstantRange(start: extent.lowerBound, end: extent.upperBound)
    else { return nil }
    guard let starts = units.starts(of: range) else {
      throw .unsupported(
        "unit: \"\(units.unit.rawValue)\" for more than \(WebsiteColumns.maximumUnits) of them")
    }
    return UnitSegments(starts)
  }
}

extension TrafficPoint {
  /// Reads the index of a unit and the numbers.
  fileprivate init(_ row: inout RowReader, _ segments: UnitSegments) throws(ClickHouseError) {
    self.init(
      startMilliseconds: try segments.start(row.count()), numbers: try TrafficNumbers(&row))
  }
}

extension UnitSegments {
  /// The first instant of the unit with an index that the server has sent.
  func start(_ index: Int) throws(ClickHouseError) -> Int64 {
    guard starts.indices.contains(index) else {
      throw .damagedAnswer("it has an event outside of the range")
    }
    return starts[index]
  }
}
