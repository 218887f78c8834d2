import Engine
import JSON

extension Method {
  static let currencies = Method(
    "reports.currencies", endpoint: "GET /api/reports/revenue", tool: "list_currencies",
    range: .query, comparison: .beside
  ) {
    params, call throws(WorkerError) in
    let request = CurrenciesRequest(scope: try call.commonParams(ofQuery: params).scope)
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.currencies(request, on: call.executor)
      }.map {
        ["currency": .string($0)]
      })
  }
}
