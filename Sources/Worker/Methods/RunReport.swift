import EventStore
import JSON

extension Method {
  /// Runs a saved report. What stands beside `reportId`, or in a `parameters` object beside it, replaces
  /// members of the saved parameters.
  static let runReport = Method("reports.run") { params, worker throws(WorkerError) in
    let report = try worker.savedReport(params)
    let method = try report.method()
    var parameters = try report.parameterObject()
    if parameters["websiteId"] == nil, !report.websiteID.isEmpty {
      parameters["websiteId"] = .string(report.websiteID)
    }
    var replacements = params
    replacements["reportId"] = nil
    if let object = params["parameters"]?.object {
      replacements["parameters"] = nil
      replacements.merge(object)
    }
    parameters.merge(replacements)
    return try worker.run(method, parameters)
  }
}
