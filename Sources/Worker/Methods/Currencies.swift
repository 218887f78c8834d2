import Engine
import JSON

extension Method {
  static let currencies = Method("reports.currencies", "GET /api/reports/revenue") {
    params, worker throws(WorkerError) in
    let request = CurrenciesRequest(scope: try worker.query(params).scope)
    return .array(
      try worker.reading(params) { $0.currencies(request, on: worker.scanner) }.map {
        ["currency": .string($0)]
      })
  }
}
