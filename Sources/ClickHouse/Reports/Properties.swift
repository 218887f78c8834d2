import Engine

extension ClickHouseBackend {
  func has(propertyKey key: String, on executor: ParallelExecutor) throws(ReportError) -> Bool {
    var query = try query(ReportScope(range: .always), on: executor)
    query.need(.id)
    return try !rows(
      query.with + """
        SELECT toInt64(1) FROM events
        WHERE id \(query.source.global)IN (SELECT id FROM (\(query.source.properties(key)))) LIMIT 1
        """, on: executor
    ) { row throws(ClickHouseError) in try row.count() }.isEmpty
  }

  func propertyRecords(_ request: PropertyRecordsRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [PropertyRecords]
  {
    guard let (query, records) = try records(request, on: executor) else { return [] }
    let type: SQL = request.byDataType ? "toInt64(data_type)" : "toInt64(0)"
    return try rows(
      query.with + """
        SELECT toString(event_name) AS name, toString(data_key) AS key, \(type) AS kind, toInt64(count()) AS number
        FROM \(records) GROUP BY name, key, kind ORDER BY number DESC, name, key, kind
        """, on: executor
    ) { row throws(ClickHouseError) in
      let (event, key, type) = (try row.text(), try row.text(), try row.count())
      return PropertyRecords(
        event: event, key: key, dataType: request.byDataType ? type : nil, count: try row.count())
    }
  }

  func propertyTotals(_ request: PropertyRecordsRequest, on executor: ParallelExecutor) throws(ReportError)
    -> PropertyTotals
  {
    guard let (query, records) = try records(request, on: executor) else { return PropertyTotals() }
    return try row(
      query.with
        + "SELECT toInt64(uniqExact(id)), toInt64(uniqExact(data_key)), toInt64(count()) FROM \(records)",
      on: executor
    ) { row throws(ClickHouseError) in
      PropertyTotals(events: try row.count(), keys: try row.count(), records: try row.count())
    }
  }

  func propertyValues(
    _ key: String, of event: String, _ scope: ReportScope, limit: Int, on executor: ParallelExecutor
  ) throws(ReportError) -> [(value: String, count: Int)] {
    var query = try query(scope, on: executor)
    query.need(.id)
    query.select(where: "\(query.column(.text(.eventName))) = \(value: event)")
    return try rows(
      query.with + """
        SELECT toString(text) AS value, toInt64(count()) AS number
        FROM events \(query.source.global)INNER JOIN (\(query.source.properties(key))) AS properties USING (id)
        GROUP BY value ORDER BY number DESC, value LIMIT \(value: limit)
        """, on: executor
    ) { row throws(ClickHouseError) in (value: try row.text(), count: try row.count()) }
  }

  /// The relations of a request, and a row for each property of the events: `id`, `event_name`, `data_key` and
  /// `data_type`. Nil if the server has no properties.
  private func records(_ request: PropertyRecordsRequest, on executor: ParallelExecutor) throws(ReportError)
    -> (query: EventQuery, records: SQL)?
  {
    var query = try query(request.scope, on: executor)
    query.need(.id)
    let name = query.column(.text(.eventName))
    if let event = request.event { query.select(where: "\(name) = \(value: event)") }
    guard query.source.layout.properties.types["data_key"] != nil else { return nil }
    let properties = query.source.propertyRows("true", grouping: "id, data_key")
    return (query, "events \(query.source.global)INNER JOIN (\(properties)) AS properties USING (id)")
  }
}
