import Engine
import JSON
import JSONSchema

// The reports of Umami 3 whose results are those of Umami 2.

extension Method {
  static let umamiFunnel = Method(
    umami: "funnel", endpoint: "GET /api/websites/:websiteId/funnels/stats",
    bodyEndpoint: "POST /api/reports/funnel"
  ) { params, call throws(WorkerError) in
    let steps = params["steps"]?.array ?? []
    let scope = try call.umamiParams(params).request.scope
    var conditions: [EventMatcher] = []
    for (index, step) in steps.enumerated() {
      do throws(FilterError) { conditions.append(try EventMatcher(umami: step)) } catch {
        throw .invalidParams([.member("steps/\(index)/filters", "\(error)")])
      }
    }
    let request = SimpleFunnelRequest(
      scope: scope, steps: conditions,
      windowMilliseconds: milliseconds(minutes: params["window"]?.double ?? 0))
    return json(
      try call.reading(params) { events throws(ReportError) in
        try events.funnel(request, on: call.executor)
      }, of: steps)
  }

  static let umamiJourney = Method(
    umami: "journey", endpoint: "GET /api/websites/:websiteId/journeys",
    bodyEndpoint: "POST /api/reports/journey"
  ) { params, call throws(WorkerError) in
    let request = JourneyRequest(
      scope: try call.trafficParams(params).request.scope,
      steps: Int(params["steps"]?.clampedWholeNumber ?? 0),
      startStep: optionalText(params, "startStep"), endStep: optionalText(params, "endStep"))
    return try call.journeys(request, params)
  }

  static let umamiRetention = Method(
    umami: "retention", endpoint: "GET /api/websites/:websiteId/retention",
    bodyEndpoint: "POST /api/reports/retention"
  ) { params, call throws(WorkerError) in
    let traffic = try call.umamiParams(params)
    return try call.retention(
      RetentionRequest(scope: traffic.request.scope, timeZone: traffic.timeZone), params)
  }

  static let umamiAttribution = Method(
    umami: "attribution", endpoint: "GET /api/websites/:websiteId/attribution",
    bodyEndpoint: "POST /api/reports/attribution"
  ) { params, call throws(WorkerError) in
    let pattern = WildcardPattern(literal: (params["step"]?.string ?? "")[...])
    return try call.attribution(
      AttributionRequest(
        scope: try call.umamiParams(params).request.scope, model: attributionModel(params),
        step: isPath(params["type"]) ? .path(pattern) : .event(pattern)), params)
  }
}

extension EventMatcher {
  /// A step of Umami 3, whose filters test properties of events.
  fileprivate init(umami step: JSONValue) throws(FilterError) {
    let pattern = umamiPattern(step["value"]?.string ?? "")
    let filters = step["filters"]?.array ?? []
    if isPath(step["type"]) {
      self = .path(pattern)
    } else if filters.isEmpty {
      self = .event(pattern)
    } else {
      var conditions: [EventCondition] = [.pattern(.eventName, pattern)]
      for filter in filters { conditions += try Self.conditions(ofUmami: filter) }
      self = .condition(.all(conditions), typed: .all(conditions))
    }
  }

  /// What a filter means: the event has the property, even if the operator negates, and its text meets the condition.
  private static func conditions(ofUmami filter: JSONValue) throws(FilterError) -> [EventCondition] {
    let (key, value) = (filter["property"]?.string ?? "", filter["value"]?.string ?? "")
    let known = filter["operator"]?.string.flatMap(TextCondition.Operator.init) ?? .equals
    // Umami stores four decimals, and leaves them out of whole numbers when it compares.
    let isWhole = known == .equals || known == .notEquals
    return [
      .property(key: key, try TextCondition(.isSet, [])),
      .property(key: key, try TextCondition(known, isWhole ? [value, "\(value).0000"] : [value])),
    ]
  }
}
