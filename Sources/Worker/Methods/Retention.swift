import Engine
import JSON

extension Method {
  static let retention = Method("reports.retention", "POST /api/reports/retention") {
    params, worker throws(WorkerError) in
    let request = RetentionRequest(scope: try worker.scope(params), timeZone: try worker.timeZone(params))
    return .array(
      try worker.website(params).retention(request).map { cell in
        [
          "date": JSONValue(instant: cell.dateMilliseconds), "day": JSONValue(cell.day),
          "visitors": JSONValue(cell.visitors), "returnVisitors": JSONValue(cell.returnVisitors),
          "percentage": JSONValue(cell.percentage),
        ]
      })
  }
}
