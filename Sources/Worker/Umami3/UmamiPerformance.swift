import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let umamiPerformance = Method(umami: "performance", bodyEndpoint: "POST /api/reports/performance") {
    params, call throws(WorkerError) in
    let report = try call.umamiPerformance(params)
    return [
      "chart": chart(report), "summary": summary(report), "pages": list(report.pages),
      "pageTitles": list(report.pageTitles), "devices": list(report.devices),
      "browsers": list(report.browsers),
    ]
  }

  static let umamiPerformanceStats = Method(
    umami: "performance.stats", endpoint: "GET /api/websites/:websiteId/performance/stats"
  ) { params, call throws(WorkerError) in summary(try call.umamiPerformance(params)) }

  static let umamiPerformanceChart = Method(
    umami: "performance.chart", endpoint: "GET /api/websites/:websiteId/performance/chart"
  ) { params, call throws(WorkerError) in ["chart": chart(try call.umamiPerformance(params))] }

  static let umamiPerformanceMetrics = Method(
    umami: "performance.metrics", endpoint: "GET /api/websites/:websiteId/performance/metrics"
  ) { params, call throws(WorkerError) in
    // The type is not a filter here.
    let report = try call.umamiPerformance(params)
    switch params["type"]?.string {
    case "title": return list(report.pageTitles)
    case "device": return list(report.devices)
    case "browser": return list(report.browsers)
    default: return list(report.pages)
    }
  }
}

extension Call {
  fileprivate func umamiPerformance(_ params: JSONObject) throws(WorkerError) -> PerformanceReport {
    let traffic = try umamiParams(params)
    var request = PerformanceRequest(
      scope: traffic.request.scope,
      units: SeriesUnits(
        params["unit"]?.string.flatMap(CalendarUnit.init) ?? .day, weekStart: traffic.weekStart,
        in: traffic.timeZone))
    request.vital = params["metric"]?.string.flatMap(WebVital.init(name:)) ?? .lcp
    request.limit = params["limit"]?.clampedWholeNumber.map { Int($0) } ?? request.limit
    return try performance(request, params)
  }
}

private func chart(_ report: PerformanceReport) -> JSONValue {
  .array(
    report.chart.map { point in
      .object(
        JSONObject(members: [("t", JSONValue(instant: point.startMilliseconds))] + members(point.percentiles))
      )
    })
}

private func summary(_ report: PerformanceReport) -> JSONValue {
  var summary = JSONObject()
  for (vital, values) in zip(WebVital.allCases, report.summary) {
    summary[vital.name] = .object(JSONObject(members: members(values.percentiles)))
  }
  summary["count"] = JSONValue(report.measurements)
  return .object(summary)
}

private func list(_ rows: [PerformanceRow]) -> JSONValue {
  .array(
    rows.map { row in
      .object(
        JSONObject(
          members: [("name", .string(row.name))] + members(row.percentiles)
            + [("count", JSONValue(row.percentiles.count))]))
    })
}

private func members(_ percentiles: VitalPercentiles) -> [JSONObject.Member] {
  [
    ("p50", JSONValue(millionths: percentiles.p50)), ("p75", JSONValue(millionths: percentiles.p75)),
    ("p95", JSONValue(millionths: percentiles.p95)),
  ]
}
