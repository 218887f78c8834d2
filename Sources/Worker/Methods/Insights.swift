import Engine
import JSON

extension Method {
  static let insights = Method("reports.insights", "POST /api/reports/insights") {
    params, worker throws(WorkerError) in
    let fields = params["fields"]?.array ?? []
    let request = InsightsRequest(scope: try worker.question(params).scope, fields: fields.map(column))
    let names = fields.map { $0["name"]?.string ?? "" }
    return .array(
      try worker.reading(params) { $0.insights(request, on: worker.scanner) }.map { row in
        var object: JSONObject = [
          "views": JSONValue(row.views), "visitors": JSONValue(row.visitors),
          "visits": JSONValue(row.visits), "bounces": JSONValue(row.bounces),
          "totaltime": .integer(row.totalSeconds),
        ]
        // A field that is asked for twice is one member.
        for (name, value) in zip(names, row.values) { object[name] = .string(value) }
        return .object(object)
      })
  }
}
