import Engine
import JSON
import JSONSchema

// The reports of Umami 3 whose results are its own; see "Umami 3" in `schemas/README.md`.

extension Method {
  static let umamiGoal = Method(
    umami: "goal", endpoint: "GET /api/websites/:websiteId/goals/stats",
    bodyEndpoint: "POST /api/reports/goal",
    reportType: "goal"
  ) { params, call throws(WorkerError) in
    var reached = try call.umamiParams(params).request.scope
    // Umami's total counts the visitors with any event, of whichever type.
    var others = params
    others["eventType"] = nil
    let all = try call.umamiParams(others).request.scope
    let isPath = isPath(params["type"])
    reached.conditions += [
      .pattern(isPath ? .urlPath : .eventName, umamiPattern(params["value"]?.string ?? "")),
      .eventType(isPath ? EventType.pageview : EventType.custom),
    ]
    let (visitors, total) = try call.reading(params) { events throws(ReportError) in
      (
        try events.visitorCount(reached, on: call.executor), try events.visitorCount(all, on: call.executor)
      )
    }
    return ["num": JSONValue(visitors), "total": JSONValue(total)]
  }

  static let umamiBreakdown = Method(
    umami: "breakdown", endpoint: "GET /api/websites/:websiteId/breakdown",
    bodyEndpoint: "POST /api/reports/breakdown", reportType: "breakdown"
  ) { params, call throws(WorkerError) in
    let names = (params["fields"]?.array ?? []).compactMap(\.string)
    let traffic = try call.umamiParams(params, honoursExcludeBounce: true).request
    var request = InsightsRequest(
      scope: traffic.scope, fields: names.compactMap(TextColumn.init(requestName:)))
    (request.bounce, request.ordersByVisitors) = (traffic.bounce, true)
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.insights(request, on: call.executor)
      }.rows.map { row in json(row, names) })
  }

  static let umamiUTM = Method(umami: "utm", bodyEndpoint: "POST /api/reports/utm") {
    params, call throws(WorkerError) in
    var result = JSONObject()
    for (name, views) in zip(campaignColumns, try call.campaignViews(campaignColumns, params)) {
      result[name] = views
    }
    return .object(result)
  }

  static let umamiUTMMetrics = Method(
    umami: "utm.metrics", endpoint: "GET /api/websites/:websiteId/utm/metrics"
  ) { params, call throws(WorkerError) in
    try call.campaignViews([params["type"]?.string ?? ""], params)[0]
  }
}

/// The number of values of each list of utm.
private let campaignValues = 50

/// The lists of utm, in order.
private let campaignColumns = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"]

extension Call {
  /// By campaign column: its values with the most pageviews.
  fileprivate func campaignViews(_ names: [String], _ params: JSONObject) throws(WorkerError) -> [JSONValue] {
    var scope = try umamiParams(params).request.scope
    scope.conditions.append(.eventType(EventType.pageview))
    return try reading(params) { events throws(ReportError) in
      var lists: [JSONValue] = []
      for name in names {
        guard let column = TextColumn(requestName: name) else { preconditionFailure("\(name) is no column") }
        let values = try events.columnValues(
          column, containing: "", of: scope, limit: campaignValues, on: executor)
        lists.append(.array(values.map { ["utm": .string($0.value), "views": JSONValue($0.count)] }))
      }
      return lists
    }
  }
}

// MARK: Values of steps

/// Whether a `type` of Umami 3 names pages; any other names events.
func isPath(_ type: JSONValue?) -> Bool { type == "path" || type == "url" }

/// The pattern of a value of Umami 3: a star is special only as the first or the last character.
func umamiPattern(_ value: String) -> WildcardPattern {
  let starBefore = value.utf8.first == UInt8(ascii: "*")
  let rest = value.unicodeScalars.dropFirst(starBefore ? 1 : 0)
  let starAfter = rest.last == "*"
  return WildcardPattern(
    literal: Substring(rest.dropLast(starAfter ? 1 : 0)), starBefore: starBefore, starAfter: starAfter)
}
