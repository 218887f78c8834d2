import EventStore
import JSON
import JSONSchema

extension Method {
  static let createReport = Method("reports.create", "POST /api/reports", isReadOnly: false) {
    params, worker throws(WorkerError) in
    let now = worker.now()
    let id = params["reportId"]?.string ?? worker.newID()
    let report = SavedReport(
      id: id,
      userID: optionalText(params, "userId") ?? SavedReport.nobody,
      websiteID: try worker.websiteID(params, in: worker.snapshot()), type: params["type"]?.string ?? "",
      name: params["name"]?.string ?? "", description: params["description"]?.string ?? "",
      parameters: (params["parameters"] ?? [:]).description, createdAtMilliseconds: now,
      updatedAtMilliseconds: now)
    guard try worker.asking({ store throws(StoreError) in try store.insert(report) }) else {
      throw .invalidParams([.member("reportId", "must be new; there is a report \"\(id)\"")])
    }
    var reply = try report.json()
    if !worker.store.savedReportsAreDurable {
      reply["notice"] = "The store is CSV, which keeps no reports: this one is gone when the process ends."
    }
    return .object(reply)
  }
}
