import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let revenue = Method(
    report: "revenue", endpoint: "POST /api/reports/revenue", tool: "revenue_report"
  ) {
    params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    var request = RevenueRequest(
      scope: common.scope, currency: params["currency"]?.string ?? "",
      unit: params["dateRange"]?["unit"]?.string.flatMap(CalendarUnit.init) ?? .day,
      timeZone: common.timeZone)
    request.weekStart = common.weekStart
    try call.readOptions(params, into: &request)
    let buckets = request.chartsAllEvents ? try call.buckets(of: request) : nil
    let report = try call.reading(params) { events throws(ReportError) in
      try events.revenue(request, on: call.executor)
    }
    let json = RevenueJSON(hasMetrics: request.hasMetrics)
    var total = json.members(report.total)
    if let visitors = report.visitors {
      total.append(("visitors", JSONValue(visitors)))
      total.append(("perVisitor", JSONValue(report.total.sum.average(of: visitors))))
    }
    var result: JSONObject = [
      "chart": .array(buckets.map { json.chart(report.chart, $0) } ?? json.chart(report.chart)),
      "country": .array(
        report.countries.map { ["name": .string($0.name), "value": JSONValue($0.amount)] }),
      "total": .object(JSONObject(members: total)),
      "table": .array(
        report.currencies.map { currency, totals in
          .object(JSONObject(members: [(name: "currency", value: .string(currency))] + json.members(totals)))
        }),
    ]
    if !report.breakdowns.isEmpty {
      let names = (params["by"]?.array ?? []).map { $0["name"] ?? .null }
      result["by"] = .array(zip(names, report.breakdowns).map(json.breakdown))
    }
    return .object(result)
  }
}

extension Call {
  /// Reads the options of params that have passed their schema.
  fileprivate func readOptions(
    _ params: JSONObject, into request: inout RevenueRequest
  ) throws(WorkerError) {
    var errors: [ValidationError] = []
    request.amountKey = params["amount"]?.string
    request.currencyKey = params["currencyKey"]?.string
    request.hasMetrics = params["metrics"] == true
    request.chartsAllEvents = params["chart"] == "total"
    let breakdowns = params["by"]?.array ?? []
    for (index, by) in breakdowns.enumerated() { request.breakdowns += breakdown(by, index, &errors) }
    request.limit = params["limit"]?.clampedWholeNumber.map { Int($0) } ?? request.limit
    request.rest = params["rest"] == true
    guard errors.isEmpty else { throw .invalidParams(errors) }
  }

  private func breakdown(_ by: JSONValue, _ index: Int, _ errors: inout [ValidationError]) -> [Dimension] {
    let name = by["name"]?.string ?? ""
    let isProperty = propertyKey(name) != nil
    let source = by["at"]?.string.flatMap(DimensionSource.init) ?? (isProperty ? .event : .visit)
    if isProperty, source == .visit {
      errors.append(
        .member(
          "by/\(index)/at",
          "must not be visit if name is \"\(name)\", because a visit has no properties"))
    }
    guard let dimension = Dimension(requestName: name, from: source), dimension != .visit(.exit) else {
      errors.append(.member("by/\(index)/name", "must be a column, channel, entry or property:KEY"))
      return []
    }
    return [dimension]
  }

  /// Every unit of the chart.
  fileprivate func buckets(of request: RevenueRequest) throws(WorkerError) -> SeriesBuckets {
    let units = SeriesUnits(request.unit, weekStart: request.weekStart, in: request.timeZone)
    return try buckets(units, of: request.scope.range, member: "dateRange/unit")
  }
}

/// Writes the parts of a report.
private struct RevenueJSON {
  let hasMetrics: Bool

  func members(_ totals: RevenueTotals) -> [JSONObject.Member] {
    var members: [JSONObject.Member] = [
      ("sum", JSONValue(totals.sum)), ("count", JSONValue(totals.events)),
      ("unique_count", JSONValue(totals.visitors)),
    ]
    if hasMetrics {
      members += [
        ("average", JSONValue(totals.sum.average(of: totals.events))),
        ("perPayer", JSONValue(totals.sum.average(of: totals.visitors))),
        ("gross", JSONValue(totals.gross)), ("refunds", JSONValue(totals.refunds)),
      ]
    }
    return members
  }

  /// A point for each unit with an amount and each event name.
  func chart(_ points: [RevenuePoint]) -> [JSONValue] {
    points.map { point in
      [
        "x": .string(point.eventName), "t": JSONValue(instant: point.startMilliseconds),
        "y": JSONValue(point.amount),
      ]
    }
  }

  /// A point for each unit, from points in order.
  func chart(_ points: [RevenuePoint], _ buckets: SeriesBuckets) -> [JSONValue] {
    var next = points.startIndex
    return buckets.map { index, start, _ in
      var (amount, events) = (Amount.zero, 0)
      if next < points.endIndex, points[next].startMilliseconds == buckets.starts[index] {
        (amount, events) = (points[next].amount, points[next].events)
        next += 1
      }
      return ["x": "", "t": start, "y": JSONValue(amount), "count": JSONValue(events)]
    }
  }

  func breakdown(_ name: JSONValue, _ breakdown: RevenueBreakdown) -> JSONValue {
    var result: JSONObject = [
      "name": name,
      "rows": .array(
        breakdown.rows.map { value, totals in
          .object(JSONObject(members: [("name", .string(value))] + members(totals)))
        }),
    ]
    if let rest = breakdown.rest {
      result["rest"] = .object(JSONObject(members: [("rest", true)] + members(rest)))
    }
    return .object(result)
  }
}
