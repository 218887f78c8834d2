import EventStore
import JSON

extension Method {
  static let deleteReport = Method("reports.delete", "DELETE /api/reports/:reportId", isReadOnly: false) {
    params, worker throws(WorkerError) in
    let id = params["reportId"]?.string ?? ""
    let wasThere = try worker.asking { store throws(StoreError) in try store.delete(id) }
    guard wasThere else { throw .noSuchReport(id) }
    return "ok"
  }
}
