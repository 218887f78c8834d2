import Engine
import JSON
import JSONSchema

extension Method {
  static let metrics = Method(
    "websites.metrics", endpoint: "GET /api/websites/:websiteId/metrics",
    range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    var request = try call.breakdownRequest(params)
    request.order = request.events == .custom ? .events : .visitors
    if let rows = call.baseline?.array {
      request.keys = rows.map {
        TrafficBreakdownRequest.Key(value: $0["x"]?.string ?? "", country: $0["country"]?.string ?? "")
      }
    }
    let rows = try call.reading(params) { events throws(ReportError) in
      try events.trafficBreakdown(request, on: call.executor)
    }
    return .array(
      rows.map { row in
        var object: JSONObject = [
          "x": .string(row.key.value),
          "y": JSONValue(request.order == .events ? row.numbers.views : row.numbers.visitors),
        ]
        if request.byCountry { object["country"] = .string(row.key.country) }
        return .object(object)
      })
  }

  static let expandedMetrics = Method(
    "websites.metrics.expanded", endpoint: "GET /api/websites/:websiteId/metrics/expanded",
    tool: "get_website_metrics", range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    var request = try call.breakdownRequest(params)
    request.order = .visitorsAndVisits
    let rows = try call.reading(params) { events throws(ReportError) in
      try events.trafficBreakdown(request, on: call.executor)
    }
    return .array(
      rows.map { row in
        var object: JSONObject = ["name": .string(row.key.value)]
        for metric in TrafficMetric.five { object[metric.rawValue] = metric.json(row.numbers) }
        if request.byCountry { object["country"] = .string(row.key.country) }
        return .object(object)
      })
  }

  static let columnValues = Method(
    "websites.values", endpoint: "GET /api/websites/:websiteId/values", range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    let range = RangeForm.all(in: params).isEmpty ? InstantRange.always : nil
    let scope = try call.trafficParams(params, range: range).request.scope
    let name = params["type"]?.string ?? ""
    guard let column = TextColumn(requestName: name == "domain" ? "referrer" : name) else {
      throw .invalidParams([.member("type", "must be the name of a column")])
    }
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.columnValues(
          column, containing: params["search"]?.string ?? "", of: scope, limit: Limits.suggestedValues,
          on: call.executor)
      }.map { ["value": .string($0.value), "count": JSONValue($0.count)] })
  }
}

extension Call {
  /// The request of a list of values, but for its order.
  fileprivate func breakdownRequest(_ params: JSONObject) throws(WorkerError) -> TrafficBreakdownRequest {
    let traffic = try trafficParams(params, honoursExcludeBounce: true).request
    let type = params["type"]?.string ?? ""
    guard let dimension = Dimension(metric: type) else {
      throw .invalidParams([
        .member(
          "type",
          "must be path, fullPath, entry, exit, channel, another column, or property:KEY; is \"\(type)\"")
      ])
    }
    var request = TrafficBreakdownRequest(
      traffic: traffic, dimension: dimension, limit: Int(params["limit"]?.clampedWholeNumber ?? 500))
    request.offset = Int(params["offset"]?.clampedWholeNumber ?? 0)
    request.search = params["search"]?.string ?? ""
    request.byCountry = dimension == .column(.region) || dimension == .column(.city)
    request.dropsOwnReferrers = dimension == .column(.referrerDomain)
    if dimension == .column(.eventName) { request.events = .custom }
    if case .property = dimension { request.events = .all }
    return request
  }
}

extension Dimension {
  /// The dimension of a `type` of metrics. Entries and exits are those of the views that are counted.
  fileprivate init?(metric name: String) {
    switch name {
    case "fullPath": self = .fullPath
    case "entry": self = .firstPath
    case "exit": self = .lastPath
    case "domain": self = .column(.referrerDomain)
    default: self.init(requestName: name)
    }
  }
}
