import Engine
import JSON

extension Method {
  static let retention = Method("reports.retention", "POST /api/reports/retention") {
    params, worker throws(WorkerError) in
    let question = try worker.question(params)
    let request = RetentionRequest(scope: question.scope, timeZone: question.timeZone)
    return .array(
      try worker.website(params).retention(request, on: worker.scanner).map { cell in
        [
          "date": JSONValue(instant: cell.dateMilliseconds), "day": JSONValue(cell.day),
          "visitors": JSONValue(cell.visitors), "returnVisitors": JSONValue(cell.returnVisitors),
          "percentage": JSONValue(cell.percentage),
        ]
      })
  }
}
