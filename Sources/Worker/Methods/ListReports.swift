import EventStore
import JSON

extension Method {
  static let listReports = Method("reports.list", "GET /api/reports") { params, worker throws(WorkerError) in
    let query = ReportQuery(
      websiteID: optionalText(params, "websiteId"), search: optionalText(params, "search"),
      page: Int(params["page"]?.wholeNumber ?? 1), pageSize: Int(params["pageSize"]?.wholeNumber ?? 10))
    let (reports, count) = try worker.asking { store throws(StoreError) in
      try store.reports(matching: query, maximumBytes: Limits.replyBytes)
    }
    let websites = try worker.asking { store throws(StoreError) in try store.websites() }
    return [
      "data": .array(
        reports.map { report in
          let website = websites.first { sameScalars($0.id, report.websiteID) }
          var members = report.json(parameters: .string(report.parameters))
          members["website"] = ["domain": JSONValue(domain: website?.domain ?? "")]
          return .object(members)
        }),
      "count": JSONValue(count), "page": JSONValue(query.page), "pageSize": JSONValue(query.pageSize),
    ]
  }
}
