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
    let websites = try worker.snapshot().websites
    let domains = Dictionary(websites.map { (ScalarKey($0.id), $0.domain) }) { first, _ in first }
    return [
      "data": .array(
        reports.map { report in
          var members = report.json(parameters: .string(report.parameters))
          members["website"] = ["domain": JSONValue(domain: domains[ScalarKey(report.websiteID)] ?? "")]
          return .object(members)
        }),
      "count": JSONValue(count), "page": JSONValue(query.page), "pageSize": JSONValue(query.pageSize),
    ]
  }
}
