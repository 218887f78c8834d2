import Engine
import JSON

extension Method {
  static let utm = Method(
    report: "utm", endpoint: "POST /api/reports/utm", tool: "utm_report",
    toolArguments: [.limit]
  ) { params, call throws(WorkerError) in
    let request = UTMRequest(scope: try call.commonParams(params).scope)
    let keys = try call.reading(params) { columns throws(ScopeError) in
      try columns.utm(request, on: call.executor)
    }
    return .object(
      JSONObject(
        members: keys.map { key in
          let values = key.values.map { (name: $0.value, value: JSONValue($0.count)) }
          return (name: key.key, value: .object(JSONObject(members: values)))
        }))
  }
}
