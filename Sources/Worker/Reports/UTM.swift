import Engine
import JSON

extension Method {
  static let utm = Method(
    report: "utm", endpoint: "POST /api/reports/utm", tool: "utm_report",
    toolArguments: [.limit]
  ) { params, call throws(WorkerError) in
    var request = UTMRequest(scope: try call.commonParams(params).scope)
    request.keys = params["keys"]?.array?.compactMap(\.string) ?? []
    request.hasMetrics = params["metrics"] == true
    request.isByVisit = params["scope"] == "visit"
    let keys = try call.reading(params) { events throws(ReportError) in
      try events.utm(request, on: call.executor)
    }
    func json(_ numbers: UTMNumbers) -> JSONValue {
      guard request.hasMetrics else { return JSONValue(numbers.views) }
      return [
        "views": JSONValue(numbers.views), "visitors": JSONValue(numbers.visitors),
        "visits": JSONValue(numbers.visits),
      ]
    }
    return .object(
      JSONObject(
        members: keys.map { key in
          let values = key.values.map { (name: $0.value, value: json($0.numbers)) }
          return (name: key.key, value: .object(JSONObject(members: values)))
        }))
  }
}
