import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let umamiPerformance = Method(umami: "performance", bodyEndpoint: "POST /api/reports/performance") {
    params, call throws(WorkerError) in
    let report = try call.umamiPerformance(params)
    return [
      "chart": json.chart(report), "summary": json.summary(report), "pages": json.list(report.pages),
      "pageTitles": json.list(report.pageTitles), "devices": json.list(report.devices),
      "browsers": json.list(report.browsers),
    ]
  }

  static let umamiPerformanceStats = Method(
    umami: "performance.stats", endpoint: "GET /api/websites/:websiteId/performance/stats"
  ) { params, call throws(WorkerError) in json.summary(try call.umamiPerformance(params)) }

  static let umamiPerformanceChart = Method(
    umami: "performance.chart", endpoint: "GET /api/websites/:websiteId/performance/chart"
  ) { params, call throws(WorkerError) in ["chart": json.chart(try call.umamiPerformance(params))] }

  static let umamiPerformanceMetrics = Method(
    umami: "performance.metrics", endpoint: "GET /api/websites/:websiteId/performance/metrics"
  ) { params, call throws(WorkerError) in
    // The type is not a filter here.
    let report = try call.umamiPerformance(params)
    switch params["type"]?.string {
    case "title": return json.list(report.pageTitles)
    case "device": return json.list(report.devices)
    case "browser": return json.list(report.browsers)
    default: return json.list(report.pages)
    }
  }
}

extension Call {
  fileprivate func umamiPerformance(_ params: JSONObject) throws(WorkerError) -> PerformanceReport {
    let traffic = try umamiParams(params)
    return try performance(
      params, traffic.request.scope, unit: params["unit"], traffic.weekStart, traffic.timeZone)
  }
}

private let json = PerformanceJSON(isUmami: true)
