import Engine
import JSON

extension Method {
  static let journey = Method("reports.journey", "POST /api/reports/journey") {
    params, worker throws(WorkerError) in
    let request = JourneyRequest(
      scope: try worker.question(params).scope, steps: Int(params["steps"]?.wholeNumber ?? 0),
      startStep: optionalText(params, "startStep"), endStep: optionalText(params, "endStep"))
    return .array(
      try worker.reading(params) { $0.journey(request, on: worker.scanner) }.map { journey in
        [
          "items": .array(journey.items.map { $0.map(JSONValue.string) ?? .null }),
          "count": JSONValue(journey.count),
        ]
      })
  }
}
