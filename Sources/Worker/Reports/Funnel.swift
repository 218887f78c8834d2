import Engine
import JSON

extension Method {
  static let funnel = Method(
    report: "funnel", endpoint: "POST /api/reports/funnel", tool: "funnel_report"
  ) {
    params, call throws(WorkerError) in
    let steps = params["steps"]?.array ?? []
    let common = try call.commonParams(params)
    let request = FunnelRequest(
      scope: common.scope, steps: try call.steps(of: params, common),
      windowMilliseconds: milliseconds(minutes: params["window"]?.double ?? 0))
    let results = try call.reading(params) { columns throws(ScopeError) in
      try columns.funnel(request, on: call.executor)
    }
    return json(results, of: steps)
  }
}

/// The steps as they were sent, each with its result.
func json(_ results: [FunnelStep], of steps: [JSONValue]) -> JSONValue {
  .array(
    zip(steps, results).map { step, result in
      var reply = step.object ?? JSONObject()
      reply["visitors"] = JSONValue(result.visitors)
      reply["previous"] = JSONValue(result.previous)
      reply["dropped"] = JSONValue(result.dropped)
      reply["dropoff"] = JSONValue(result.dropoff)
      reply["remaining"] = JSONValue(result.remaining)
      return .object(reply)
    })
}

/// Clamped to a duration longer than any range of events, so that it cannot overflow.
func milliseconds(minutes: Double) -> Int64 {
  Int64(min(minutes * 60_000, 1e15).rounded())
}
