import EventStore
import JSON

extension Method {
  static let umamiReports = Method(
    umami: "reports", endpoint: "GET /api/websites/:websiteId/reports"
  ) { params, call throws(WorkerError) in
    let filter = SavedReportFilter(
      websiteID: optionalText(params, "websiteId"), search: optionalText(params, "search"),
      type: optionalText(params, "type"), page: Int(params["page"]?.wholeNumber ?? 1),
      pageSize: Int(params["pageSize"]?.wholeNumber ?? 20))
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
