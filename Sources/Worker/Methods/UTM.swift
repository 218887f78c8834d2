import Engine
import JSON

extension Method {
  static let utm = Method("reports.utm", "POST /api/reports/utm") { params, worker throws(WorkerError) in
    let request = UTMRequest(scope: try worker.question(params).scope)
    let keys = try worker.reading(params) { $0.utm(request, on: worker.scanner) }
    return .object(
      JSONObject(
        members: keys.map { key in
          let values = key.values.map { (name: $0.value, value: JSONValue($0.count)) }
          return (name: key.key, value: .object(JSONObject(members: values)))
        }))
  }
}
