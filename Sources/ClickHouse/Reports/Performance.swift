import Engine

extension ClickHouseBackend {
  func performance(_ request: PerformanceRequest, on executor: ParallelExecutor) throws(ReportError)
    -> PerformanceReport
  {
    var source = try source(on: executor)
    source.readsMeasurements = true
    var query = try EventQuery(request.scope, of: source)
    let (measurements, summary) = try summary(query, on: executor)
    let value = query.column(.vital(request.vital))
    func lists(of column: TextColumn) throws(ReportError) -> [PerformanceRow] {
      var query = query
      let name = query.column(.text(column))
      return try rows(
        query.with + """
          SELECT toString(\(name)) AS name, \(VitalPercentiles.columns(of: value)) FROM events
          WHERE isNotNull(\(value)) GROUP BY name ORDER BY toInt128(p75) DESC, name LIMIT \(value: request.limit)
          """, on: executor
      ) { row throws(ClickHouseError) in
        PerformanceRow(name: try row.text(), percentiles: try VitalPercentiles(&row))
      }
    }
    return PerformanceReport(
      measurements: measurements, summary: summary, chart: try chart(request, query, value, on: executor),
      pages: try lists(of: .urlPath), pageTitles: try lists(of: .pageTitle), devices: try lists(of: .device),
      browsers: try lists(of: .browser))
  }

  private func summary(_ query: EventQuery, on executor: ParallelExecutor) throws(ReportError)
    -> (measurements: Int, vitals: [VitalSummary])
  {
    var query = query
    var columns: [SQL] = []
    for vital in WebVital.allCases {
      let value = query.column(.vital(vital))
      columns.append(
        """
        \(VitalPercentiles.columns(of: value, suffix: "_\(number: vital.rawValue)")), \
        toInt64(countIf(\(value) <= \(value: vital.good))), toInt64(countIf(\(value) > \(value: vital.poor)))
        """)
    }
    return try row(
      query.with + "SELECT toInt64(count()), \(columns.joined(separator: ",\n  ")) FROM events", on: executor
    ) { row throws(ClickHouseError) in
      let measurements = try row.count()
      var vitals: [VitalSummary] = []
      for _ in WebVital.allCases {
        vitals.append(
          VitalSummary(
            percentiles: try VitalPercentiles(&row), good: try row.count(), poor: try row.count()))
      }
      return (measurements, vitals)
    }
  }

  private func chart(
    _ request: PerformanceRequest, _ query: EventQuery, _ value: SQL, on executor: ParallelExecutor
  ) throws(ReportError) -> [PerformancePoint] {
    var query = query
    query.need(.time)
    let segments = try segments(
      request.units, of: request.scope.range, measurements: true, on: executor)
    guard let segments else { return [] }
    return try rows(
      query.with + """
        SELECT toInt64(\(segments.index(of: "t"))) AS unit, \(VitalPercentiles.columns(of: value)) FROM events
        WHERE isNotNull(\(value)) GROUP BY unit ORDER BY unit
        """, on: executor
    ) { row throws(ClickHouseError) in
      PerformancePoint(
        startMilliseconds: try segments.start(row.count()), percentiles: try VitalPercentiles(&row))
    }
  }
}

extension VitalPercentiles {
  /// The columns that ``init(_:)`` reads: the number of values that are not null, and their percentiles `p50`, `p75` and
  /// `p95`.
  ///
  /// - Parameter suffix: Ends the names.
  fileprivate static func columns(of value: SQL, suffix: SQL = "") -> SQL {
    let values: SQL = "arraySort(groupArrayIf(assumeNotNull(\(value)), isNotNull(\(value))))"
    let count: SQL = "toInt64(count(\(value)))"
    func percentile(_ percent: Int) -> SQL {
      // Between two values, by hundredths of their distance. Behind the last value there is nothing to go to.
      let place: SQL = "intDiv(greatest(\(count) - 1, 0) * \(number: percent), 100)"
      let hundredths: SQL = "(greatest(\(count) - 1, 0) * \(number: percent) % 100)"
      let (below, above): (SQL, SQL) = (
        "toInt128(\(values)[\(place) + 1])", "toInt128(\(values)[\(place) + 2])"
      )
      return """
        toString(\(below) * 100 + if(\(hundredths) = 0, toInt128(0), (\(above) - \(below)) * \(hundredths))) \
        AS p\(number: percent)\(suffix)
        """
    }
    return "\(count), \(percentile(50)), \(percentile(75)), \(percentile(95))"
  }

  fileprivate init(_ row: inout RowReader) throws(ClickHouseError) {
    func number(_ text: String) throws(ClickHouseError) -> Int128 {
      guard let number = Int128(text) else { throw .damagedAnswer("a percentile is not a number") }
      return number
    }
    self.init(
      count: try row.count(), p50: try number(row.text()), p75: try number(row.text()),
      p95: try number(row.text()))
  }
}
