import EventStore
import JSON

extension Method {
  /// Runs a saved report. What stands beside `reportId`, or in a `parameters` object beside it, replaces
  /// members of the saved parameters.
  static let runReport = Method("reports.run") { params, worker throws(WorkerError) in
    let report = try worker.savedReport(params)
    var parameters = try report.parameterObject()
    if parameters["websiteId"] == nil { parameters["websiteId"] = .string(report.websiteID) }
    var replacements = params
    replacements["reportId"] = nil
    if let object = params["parameters"]?.object {
      replacements["parameters"] = nil
      for (name, value) in object.members { replacements[name] = value }
    }
    for (name, value) in replacements.members { parameters[name] = value }
    return try worker.run(worker.reportMethod(ofType: report.type), parameters)
  }
}
