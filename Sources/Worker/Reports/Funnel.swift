import Engine
import JSON

extension Method {
  static let funnel = Method(
    report: "funnel", endpoint: "POST /api/reports/funnel", tool: "funnel_report"
  ) {
    params, call throws(WorkerError) in
    let steps = params["steps"]?.array ?? []
    let common = try call.commonParams(params)
    if FunnelParams.areGiven(params) {
      let request = try FunnelParams.request(params, common, call)
      return json(
        try call.reading(params) { events throws(ReportError) in
          try events.funnel(request, on: call.executor)
        }, of: steps)
    }
    let request = SimpleFunnelRequest(
      scope: common.scope, steps: try call.steps(of: params, common),
      windowMilliseconds: milliseconds(minutes: params["window"]?.double ?? 0))
    let results = try call.reading(params) { events throws(ReportError) in
      try events.funnel(request, on: call.executor)
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
      if let continued = result.continued {
        reply["continued"] = JSONValue(continued)
        reply["entered"] = JSONValue(result.visitors - continued)
      }
      if let visits = result.visits { reply["visits"] = JSONValue(visits) }
      if let timing = result.timing {
        reply["timing"] = ["fromPrevious": json(timing.fromPrevious), "fromFirst": json(timing.fromFirst)]
      }
      if let next = result.next {
        reply["next"] = .array(
          next.map { ["item": $0.item.map(JSONValue.string) ?? .null, "visitors": JSONValue($0.visitors)] })
      }
      return .object(reply)
    })
}

/// A list of the steps; with a breakdown or a trend, an object.
private func json(_ result: FunnelResult, of steps: [JSONValue]) -> JSONValue {
  let list = json(result.steps, of: steps)
  if result.breakdown == nil, result.trend == nil { return list }
  var reply: JSONObject = ["steps": list]
  if let rows = result.breakdown {
    reply["breakdown"] = .array(
      rows.map { row in
        let first: JSONObject.Member = row.value.map { ("value", .string($0)) } ?? ("rest", true)
        return .object(JSONObject(members: [first, ("steps", json(row.steps, of: steps))]))
      })
  }
  if let buckets = result.trend {
    reply["trend"] = .array(
      buckets.map {
        [
          "t": JSONValue(instant: $0.startMilliseconds), "entered": JSONValue($0.entered),
          "converted": JSONValue($0.converted), "rate": JSONValue($0.rate), "complete": .bool($0.isComplete),
        ]
      })
  }
  return .object(reply)
}

private func json(_ times: FunnelTimes) -> JSONValue {
  func number(_ time: Int64?) -> JSONValue { time.map(JSONValue.integer) ?? .null }
  return [
    "count": JSONValue(times.count), "minimum": number(times.minimum), "average": number(times.average),
    "median": number(times.median), "p90": number(times.p90), "maximum": number(times.maximum),
  ]
}

/// Clamped to a duration longer than any range of events, so that it cannot overflow.
func milliseconds(minutes: Double) -> Int64 {
  Int64(min(minutes * 60_000, 1e15).rounded())
}
