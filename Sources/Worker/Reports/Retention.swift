import Engine
import JSON

extension Method {
  static let retention = Method(
    report: "retention", endpoint: "POST /api/reports/retention", tool: "retention_report"
  ) {
    params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    return try call.retention(RetentionRequest(scope: common.scope, timeZone: common.timeZone), params)
  }
}

extension Call {
  func retention(_ request: RetentionRequest, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    // The cells of a cohort are adjacent and have the same date, which is formatted once.
    var cohort = (milliseconds: Int64.min, date: JSONValue.null)
    return .array(
      try reading(params) { columns throws(ScopeError) in
        try columns.retention(request, on: executor)
      }.map { cell in
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
