import EventStore
import JSON

extension Method {
  static let updateReport = Method("reports.update", "POST /api/reports/:reportId", isReadOnly: false) {
    params, worker throws(WorkerError) in
    let report = try worker.savedReport(params)
    let id = report.id
    // What could not be replied is not changed either.
    if params["parameters"] == nil { _ = try report.parameterObject() }
    let websiteID = params["websiteId"] == nil ? nil : try worker.websiteID(params, in: worker.snapshot())
    let now = worker.now()
    let updated = try worker.asking { store throws(StoreError) in
      try store.update(id) { report in
        report.websiteID = websiteID ?? report.websiteID
        report.type = params["type"]?.string ?? report.type
        report.name = params["name"]?.string ?? report.name
        report.description = params["description"]?.string ?? report.description
        report.parameters = params["parameters"]?.description ?? report.parameters
        report.updatedAtMilliseconds = now
      }
    }
    // Another process may have deleted it in between.
    guard let updated else { throw .noSuchReport(id) }
    return .object(try updated.json())
  }
}
