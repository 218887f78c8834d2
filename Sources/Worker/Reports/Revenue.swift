import Calendar
import Engine
import JSON

extension Method {
  static let revenue = Method(
    report: "revenue", endpoint: "POST /api/reports/revenue", tool: "revenue_report",
    toolArguments: [.limit]
  ) {
    params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    var request = RevenueRequest(
      scope: common.scope, currency: params["currency"]?.string ?? "",
      unit: params["dateRange"]?["unit"]?.string.flatMap(CalendarUnit.init) ?? .day,
      timeZone: common.timeZone)
    request.weekStart = common.weekStart
    let report = try call.reading(params) { columns throws(ScopeError) in
      try columns.revenue(request, on: call.executor)
    }
    return [
      "chart": .array(
        report.chart.map { point in
          [
            "x": .string(point.eventName), "t": JSONValue(instant: point.startMilliseconds),
            "y": JSONValue(point.amount),
          ]
        }),
      "country": .array(
        report.countries.map { ["name": .string($0.name), "value": JSONValue($0.amount)] }),
      "total": .object(JSONObject(members: members(report.total))),
      "table": .array(
        report.currencies.map { currency, totals in
          .object(JSONObject(members: [(name: "currency", value: .string(currency))] + members(totals)))
        }),
    ]
  }
}

private func members(_ totals: RevenueTotals) -> [JSONObject.Member] {
  [
    (name: "sum", value: JSONValue(totals.sum)), (name: "count", value: JSONValue(totals.events)),
    (name: "unique_count", value: JSONValue(totals.visitors)),
  ]
}
