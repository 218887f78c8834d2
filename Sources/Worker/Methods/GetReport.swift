import JSON

extension Method {
  static let getReport = Method("reports.get", "GET /api/reports/:reportId") {
    params, worker throws(WorkerError) in
    .object(try worker.savedReport(params).json())
  }
}
