import Engine
import JSON
import JSONSchema

extension Method {
  static let journey = Method(
    report: "journey", endpoint: "POST /api/reports/journey", tool: "journey_report"
  ) {
    params, call throws(WorkerError) in
    let isGraph = params["output"]?.string == "graph"
    try checkOutput(params, isGraph: isGraph)
    let request = try call.journeyRequest(params)
    return isGraph
      ? try call.journeyGraph(request, params)
      : try call.journeys(request, params)
  }
}

/// Throws if a member does not fit the requested output.
private func checkOutput(_ params: JSONObject, isGraph: Bool) throws(WorkerError) {
  if isGraph, params["total"] == true {
    throw .invalidParams([
      .member("total", "must not be given together with \"output\": \"graph\", whose nodes have all counts")
    ])
  }
  if !isGraph, let nodes = params["nodes"], nodes != .null {
    throw .invalidParams([
      .member("nodes", "must not be given without \"output\": \"graph\", because only a graph has nodes")
    ])
  }
}

extension Call {
  /// Returns a list of journeys, or an object with the list and the totals if the request counts all journeys.
  func journeys(_ request: JourneyRequest, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let list = try reading(params) { events throws(ReportError) in
      try events.journeyList(request, on: executor)
    }
    let rows = JSONValue.array(
      list.rows.map { journey in
        ["items": .array(journey.items.map(JSONValue.init(item:))), "count": JSONValue(journey.count)]
      })
    guard request.countsPaths else { return rows }
    let shown = list.rows.reduce(0) { $0 + $1.count }
    return [
      "rows": rows,
      "total": [
        "visits": JSONValue(list.visits), "shown": JSONValue(shown), "paths": JSONValue(list.paths),
      ],
    ]
  }

  fileprivate func journeyGraph(_ request: JourneyRequest, _ params: JSONObject) throws(WorkerError)
    -> JSONValue
  {
    let limit = params["nodes"]?.clampedWholeNumber.map { Int(clamping: $0) }
    let graph = try reading(params) { events throws(ReportError) in
      try events.journeyGraph(request, nodeLimit: limit, on: executor)
    }
    // Without `nodes` there may be as many links as events, which need not be written to know that they are too many.
    if graph.leastBytes > Limits.replyBytes { throw .replyTooLarge }
    let ends = graph.countsFromEnd ? "entries" : "exits"
    let nodes = graph.nodes.map { node in
      var value: JSONObject = [
        "step": JSONValue(node.step), "item": JSONValue(item: node.item), "count": JSONValue(node.count),
      ]
      value[ends] = JSONValue(node.ends)
      value["cut"] = JSONValue(node.cut)
      if node.item == nil { value["rest"] = true }
      return JSONValue.object(value)
    }
    let links = graph.links.map { link -> JSONValue in
      [
        "step": JSONValue(link.step), "from": JSONValue(item: link.from), "to": JSONValue(item: link.to),
        "count": JSONValue(link.count),
      ]
    }
    return ["nodes": .array(nodes), "links": .array(links)]
  }

  /// Reads params that have passed their schema.
  fileprivate func journeyRequest(_ params: JSONObject) throws(WorkerError) -> JourneyRequest {
    let common = try commonParams(params)
    var request = JourneyRequest(
      scope: common.scope, steps: Int(params["steps"]?.clampedWholeNumber ?? 0),
      startStep: optionalText(params, "startStep"), endStep: optionalText(params, "endStep"))
    var reader = ConditionReader(self, zone: common.timeZone, range: common.scope.range)
    for (index, matcher) in (params["exclude"]?.array ?? []).enumerated() {
      request.excluded.append(reader.matcher(matcher, at: "/exclude/\(index)"))
    }
    if let from = params["from"], from != .null { request.from = reader.matcher(from, at: "/from") }
    if let to = params["to"], to != .null { request.to = reader.matcher(to, at: "/to") }
    guard reader.errors.isEmpty else { throw .invalidParams(reader.errors) }
    switch params["only"]?.string {
    case "pages": request.onlyType = EventType.pageview
    case "events": request.onlyType = EventType.custom
    default: break
    }
    if let item = params["item"]?.string.flatMap(dimension(ofItem:)) { request.item = item }
    request.groups = (params["groups"]?.array ?? []).map { group in
      JourneyGroup(WildcardPattern(group["value"]?.string ?? ""), name: group["as"]?.string ?? "")
    }
    request.collapse = params["collapse"]?.string.flatMap(JourneyCollapse.init) ?? .after
    request.minimumCount = params["minCount"]?.clampedWholeNumber.map { Int(clamping: $0) } ?? 1
    if let limit = params["limit"]?.clampedWholeNumber { request.limit = Int(limit) }
    request.countsPaths = params["total"] == true
    return request
  }
}

extension JourneyGraph {
  /// A number of bytes that the graph takes as JSON in any case.
  var leastBytes: Int {
    nodes.count * #"{"step":1,"item":"","count":1,"exits":0,"cut":0}"#.utf8.count
      + links.count * #"{"step":1,"from":"","to":"","count":1}"#.utf8.count
  }
}

/// What events without a name show; nil for a name that the schema does not accept.
private func dimension(ofItem name: String) -> Dimension? {
  switch name {
  case "title": .column(.pageTitle)
  case "host": .column(.hostname)
  default: propertyKey(name).map(Dimension.property)
  }
}

extension JSONValue {
  /// An item of a journey.
  fileprivate init(item: String?) { self = item.map(JSONValue.string) ?? .null }
}
