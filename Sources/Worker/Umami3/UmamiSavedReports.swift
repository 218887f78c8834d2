import EventStore
import JSON

extension Method {
  /// The endpoints of Umami 3.4 for saved reports of one type; those for segments are for cohorts too.
  static let savedResources: [(endpoint: String, method: Method, type: String)] = [
    ("GET /api/websites/:websiteId/funnels", .umamiReports, "funnel"),
    ("GET /api/websites/:websiteId/funnels/:reportId", .getReport, "funnel"),
    ("GET /api/websites/:websiteId/funnels/:reportId/stats", .runReport, "funnel"),
    ("GET /api/websites/:websiteId/goals", .umamiReports, "goal"),
    ("GET /api/websites/:websiteId/goals/:reportId", .getReport, "goal"),
    ("GET /api/websites/:websiteId/goals/:reportId/stats", .runReport, "goal"),
    ("GET /api/websites/:websiteId/segments", .umamiReports, "segment"),
    ("GET /api/websites/:websiteId/segments/:reportId", .getReport, "segment"),
  ]

  static let umamiReports = Method(
    umami: "reports", endpoint: "GET /api/websites/:websiteId/reports"
  ) { params, call throws(WorkerError) in
    let filter = SavedReportFilter(
      websiteID: optionalText(params, "websiteId"), search: optionalText(params, "search"),
      type: optionalText(params, "type"), page: Int(params["page"]?.clampedWholeNumber ?? 1),
      pageSize: Int(params["pageSize"]?.clampedWholeNumber ?? 20))
    let (reports, count) = try call.withStore { store throws(StoreError) in
      try store.reports(matching: filter, maximumBytes: Limits.replyBytes, in: call.loading)
    }
    return [
      "data": .array(
        reports.map { report in
          // Another program may have saved something else; the rest of the page is worth having.
          .object(report.json(parameters: (try? report.parameterObject()).map(JSONValue.object) ?? .null))
        }),
      "count": JSONValue(count), "page": JSONValue(filter.page), "pageSize": JSONValue(filter.pageSize),
    ]
  }
}
