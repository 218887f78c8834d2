import Engine
import JSON

extension Method {
  static let retention = Method("reports.retention", "POST /api/reports/retention") {
    params, worker throws(WorkerError) in
    let question = try worker.question(params)
    let request = RetentionRequest(scope: question.scope, timeZone: question.timeZone)
    // The cells of a cohort follow one another and have one date.
    var cohort = (milliseconds: Int64.min, date: JSONValue.null)
    return .array(
      try worker.website(params).retention(request, on: worker.scanner).map { cell in
        if cell.dateMilliseconds != cohort.milliseconds {
          cohort = (cell.dateMilliseconds, JSONValue(instant: cell.dateMilliseconds))
        }
        return [
          "date": cohort.date, "day": JSONValue(cell.day), "visitors": JSONValue(cell.visitors),
          "returnVisitors": JSONValue(cell.returnVisitors), "percentage": JSONValue(cell.percentage),
        ]
      })
  }
}
