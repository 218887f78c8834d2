import Engine
import JSON

extension Method {
  static let revenue = Method("reports.revenue", "POST /api/reports/revenue") {
    params, worker throws(WorkerError) in
    let question = try worker.question(params)
    let request = RevenueRequest(
      scope: question.scope, currency: params["currency"]?.string ?? "",
      unit: params["dateRange"]?["unit"]?.string.flatMap(CalendarUnit.init) ?? .day,
      timeZone: question.timeZone)
    let report = try worker.reading(params) { $0.revenue(request, on: worker.scanner) }
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
