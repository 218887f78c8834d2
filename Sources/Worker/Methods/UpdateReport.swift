import EventStore
import JSON

extension Method {
  static let updateReport = Method("reports.update", "POST /api/reports/:reportId", isReadOnly: false) {
    params, worker throws(WorkerError) in
    var report = try worker.savedReport(params)
    if params["websiteId"] != nil { report.websiteID = try worker.websiteID(params) }
    report.type = params["type"]?.string ?? report.type
    report.name = params["name"]?.string ?? report.name
    report.description = params["description"]?.string ?? report.description
    report.parameters = params["parameters"]?.description ?? report.parameters
    report.updatedAtMilliseconds = worker.now()
    let updated = report
    // Another process may have deleted it in between.
    let wasThere = try worker.asking { store throws(StoreError) in try store.update(updated) }
    guard wasThere else { throw .noSuchReport(updated.id) }
    return .object(try report.json())
  }
}
