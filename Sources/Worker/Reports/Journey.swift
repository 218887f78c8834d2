import Engine
import JSON

extension Method {
  static let journey = Method(
    report: "journey", endpoint: "POST /api/reports/journey", tool: "journey_report"
  ) {
    params, call throws(WorkerError) in
    let request = JourneyRequest(
      scope: try call.commonParams(params).scope, steps: Int(params["steps"]?.wholeNumber ?? 0),
      startStep: optionalText(params, "startStep"), endStep: optionalText(params, "endStep"))
    return try call.journeys(request, params)
  }
}

extension Call {
  func journeys(_ request: JourneyRequest, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    .array(
      try reading(params) { columns throws(ScopeError) in
        try columns.journey(request, on: executor)
      }.map { journey in
        [
          "items": .array(journey.items.map { $0.map(JSONValue.string) ?? .null }),
          "count": JSONValue(journey.count),
        ]
      })
  }
}
