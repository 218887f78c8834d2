import Engine
import JSON

extension Method {
  static let insights = Method(
    report: "insights", endpoint: "POST /api/reports/insights", tool: "insights_report"
  ) {
    params, call throws(WorkerError) in
    let fields = params["fields"]?.array ?? []
    var request = InsightsRequest(scope: try call.commonParams(params).scope, fields: fields.map(column))
    let names = fields.map { $0["name"]?.string ?? "" }
    request.rows = call.alignment?.array?.map { row in names.map { row[$0]?.string ?? "" } }
    return .array(
      try call.reading(params) { columns throws(ScopeError) in
        try columns.insights(request, on: call.executor)
      }.map { row in json(row, names) })
  }
}

/// A row, with the values of its fields under the names by which they were asked for.
func json(_ row: InsightsRow, _ names: [String]) -> JSONValue {
  var object: JSONObject = [
    "views": JSONValue(row.views), "visitors": JSONValue(row.visitors),
    "visits": JSONValue(row.visits), "bounces": JSONValue(row.bounces),
    "totaltime": .integer(row.totalSeconds),
  ]
  // A field that is requested twice becomes one member.
  for (name, value) in zip(names, row.values) { object[name] = .string(value) }
  return .object(object)
}
