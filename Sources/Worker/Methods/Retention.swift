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
      try worker.reading(params) { $0.retention(request, on: worker.scanner) }.map { cell in
        if cell.dateMilliseconds != cohort.milliseconds {
          cohort = (cell.dateMilliseconds, JSONValue(instant: cell.dateMilliseconds))
        }
        return .object(
          JSONObject(members: [
            (name: "date", value: cohort.date), (name: "day", value: JSONValue(cell.day)),
            (name: "visitors", value: JSONValue(cell.visitors)),
            (name: "returnVisitors", value: JSONValue(cell.returnVisitors)),
            (name: "percentage", value: JSONValue(cell.percentage)),
          ]))
      })
  }
}
