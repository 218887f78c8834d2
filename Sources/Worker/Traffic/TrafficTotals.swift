import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let stats = Method(
    "websites.stats", endpoint: "GET /api/websites/:websiteId/stats", tool: "get_website_stats",
    toolArguments: [.visitorFilters],
    range: .traffic, comparison: .own
  ) { params, call throws(WorkerError) in try call.stats(params, matchesAnyFilter: false) }

  /// Saved segments: running one gives the numbers of its events.
  static let segment = Method(
    report: "segment", endpoint: nil, tool: nil, range: .traffic, comparison: .own
  ) { params, call throws(WorkerError) in try call.stats(params, matchesAnyFilter: params["match"] == "any") }

  static let eventStats = Method(
    "websites.events.stats", endpoint: "GET /api/websites/:websiteId/events/stats", range: .traffic,
    comparison: .own
  ) { params, call throws(WorkerError) in
    let traffic = try call.trafficParams(params)
    let other = try call.comparedRange(
      params["compare"] ?? "prev", of: traffic.request.scope.range, in: traffic.timeZone)
    let otherTraffic = try call.trafficParams(params, range: other)
    var data = try call.eventNumbers(params, traffic.request)
    data["comparison"] = .object(try call.eventNumbers(params, otherTraffic.request))
    return ["data": .object(data)]
  }

  static let sessionStats = Method(
    "websites.sessions.stats", endpoint: "GET /api/websites/:websiteId/sessions/stats", range: .traffic,
    comparison: .beside
  ) { params, call throws(WorkerError) in
    let request = try call.trafficParams(params).request
    let (numbers, countries) = try call.reading(params) { events throws(ReportError) in
      (
        try events.trafficNumbers(request, of: .all, on: call.executor),
        try events.distinctValues(of: .country, among: .all, request.scope, on: call.executor)
      )
    }
    return [
      "pageviews": ["value": JSONValue(numbers.views)],
      "visitors": ["value": JSONValue(numbers.visitors)],
      "visits": ["value": JSONValue(numbers.visits)], "countries": ["value": JSONValue(countries)],
      "events": ["value": JSONValue(numbers.customEvents)],
    ]
  }

  static let weeklySessions = Method(
    "websites.sessions.weekly", endpoint: "GET /api/websites/:websiteId/sessions/weekly", range: .traffic,
    comparison: .beside
  ) { params, call throws(WorkerError) in
    let traffic = try call.trafficParams(params, honoursExcludeBounce: true)
    let days = try call.reading(params) { events throws(ReportError) in
      try events.weeklySessions(traffic.request.scope, in: traffic.timeZone, on: call.executor)
    }
    return .array(days.map { hours in .array(hours.map { JSONValue($0) }) })
  }

  static let active = Method(
    "websites.active", endpoint: "GET /api/websites/:websiteId/active", tool: "get_active_visitors"
  ) { params, call throws(WorkerError) in
    try refuseComparison(params)
    var errors: [ValidationError] = []
    let zone = call.timeZone(params, &errors)
    let now = call.now(params, in: zone, &errors)
    let minutes = params["minutes"]?.clampedWholeNumber ?? 5
    guard errors.isEmpty, let range = InstantRange(start: now - minutes * 60_000, end: now) else {
      throw .invalidParams(errors)
    }
    let request = try call.trafficParams(params, range: range).request
    let numbers = try call.reading(params) { events throws(ReportError) in
      try events.trafficNumbers(request, of: .all, on: call.executor)
    }
    return ["visitors": JSONValue(numbers.visitors)]
  }

  static let dateRangeOfEvents = Method(
    "websites.daterange", endpoint: "GET /api/websites/:websiteId/daterange"
  ) { params, call throws(WorkerError) in
    try refuseComparison(params)
    let scope = try call.trafficParams(params, range: .always).request.scope
    let extent = try call.reading(params) { events throws(ReportError) in
      try events.eventExtent(scope, on: call.executor)
    }
    return [
      "startDate": extent.map { JSONValue(instant: $0.lowerBound) } ?? .null,
      "endDate": extent.map { JSONValue(instant: $0.upperBound) } ?? .null,
    ]
  }
}

private func refuseComparison(_ params: JSONObject) throws(WorkerError) {
  guard params["compare"] ?? .null != .null else { return }
  throw .invalidParams([.member("compare", "must not be given, because the method has no range to compare")])
}

extension Call {
  fileprivate func eventNumbers(
    _ params: JSONObject, _ request: TrafficRequest
  ) throws(WorkerError) -> JSONObject {
    let (numbers, names) = try reading(params) { events throws(ReportError) in
      (
        try events.trafficNumbers(request, of: .custom, on: executor),
        try events.distinctValues(of: .eventName, among: .custom, request.scope, on: executor)
      )
    }
    return [
      "events": JSONValue(numbers.views), "visitors": JSONValue(numbers.visitors),
      "visits": JSONValue(numbers.visits), "uniqueEvents": JSONValue(names),
    ]
  }
}

/// A number of traffic, by its name in requests and replies.
enum TrafficMetric: String, CaseIterable {
  case pageviews, visitors, visits, bounces, totaltime, events, bounceRate, viewsPerVisit, averageTime

  static let five: [TrafficMetric] = [.pageviews, .visitors, .visits, .bounces, .totaltime]
  static let more: [TrafficMetric] = [.bounceRate, .viewsPerVisit, .averageTime, .events]

  func json(_ numbers: TrafficNumbers) -> JSONValue {
    switch self {
    case .pageviews: JSONValue(numbers.views)
    case .visitors: JSONValue(numbers.visitors)
    case .visits: JSONValue(numbers.visits)
    case .bounces: JSONValue(numbers.bounces)
    case .totaltime: .integer(numbers.totalSeconds)
    case .events: JSONValue(numbers.customEvents)
    case .bounceRate: rate(numbers.bounces, numbers.visits)
    case .viewsPerVisit: rate(numbers.views, numbers.visits)
    case .averageTime: seconds(ofMilliseconds: numbers.averageMilliseconds)
    }
  }
}

/// The quotient of two counts; null if there is nothing to divide by.
func rate(_ count: Int, _ of: Int) -> JSONValue { of == 0 ? .null : JSONValue(Double(count) / Double(of)) }

/// Milliseconds in seconds; null if there are none.
func seconds(ofMilliseconds milliseconds: Int64?) -> JSONValue {
  guard let milliseconds else { return .null }
  let decimal = JSONDecimal(significand: Int128(milliseconds), scale: 3)
  return decimal.wholeNumber.map(JSONValue.integer) ?? .decimal(decimal)
}

extension Call {
  /// The result of `websites.stats`.
  fileprivate func stats(_ params: JSONObject, matchesAnyFilter: Bool) throws(WorkerError) -> JSONValue {
    func numbers(of range: InstantRange?) throws(WorkerError) -> TrafficParams {
      try trafficParams(params, range: range, honoursExcludeBounce: true, matchesAnyFilter: matchesAnyFilter)
    }
    let traffic = try numbers(of: nil)
    let other = try comparedRange(
      params["compare"] ?? "prev", of: traffic.request.scope.range, in: traffic.timeZone)
    let otherTraffic = try numbers(of: other)
    let names = TrafficMetric.five + (params["metrics"] == true ? TrafficMetric.more : [])
    let (numbers, compared) = try reading(params) { events throws(ReportError) in
      (
        try events.trafficNumbers(traffic.request, on: executor),
        try events.trafficNumbers(otherTraffic.request, on: executor)
      )
    }
    var result = JSONObject(members: names.map { ($0.rawValue, $0.json(numbers)) })
    result["comparison"] = .object(JSONObject(members: names.map { ($0.rawValue, $0.json(compared)) }))
    return .object(result)
  }
}
