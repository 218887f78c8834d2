import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let pageviews = Method(
    "websites.pageviews", endpoint: "GET /api/websites/:websiteId/pageviews", range: .traffic,
    comparison: .own
  ) { params, call throws(WorkerError) in
    let traffic = try call.trafficParams(params, honoursExcludeBounce: true)
    let range = traffic.request.scope.range
    var result = try call.pageviews(params, traffic)
    guard let compare = params["compare"], compare != .null else { return .object(result) }
    let other = try call.comparedRange(compare, of: range, in: traffic.timeZone)
    let otherTraffic = try call.trafficParams(params, range: other, honoursExcludeBounce: true)
    var compared = try call.pageviews(params, otherTraffic)
    result["startDate"] = JSONValue(instant: range.start)
    result["endDate"] = JSONValue(instant: range.end)
    compared["startDate"] = JSONValue(instant: other.start)
    compared["endDate"] = JSONValue(instant: other.end)
    result["compare"] = .object(compared)
    return .object(result)
  }

  static let series = Method(
    "websites.series", tool: "get_website_series", range: .traffic, comparison: .beside
  ) { params, call throws(WorkerError) in
    let traffic = try call.trafficParams(params, honoursExcludeBounce: true)
    let units = call.seriesUnits(params, traffic)
    let names = params["metrics"]?.array?.compactMap { $0.string.flatMap(TrafficMetric.init) }
    let buckets = try call.buckets(units, traffic)
    let metrics = names.flatMap { $0.isEmpty ? nil : $0 } ?? TrafficMetric.five + [.events]
    guard let by = params["by"], by != .null else {
      let points = try call.reading(params) { events throws(ReportError) in
        try events.trafficSeries(traffic.request, by: units, countsCustomEvents: true, on: call.executor)
      }
      return .array(buckets.json(points, metrics))
    }
    guard let dimension = Dimension(requestName: by["name"]?.string ?? "") else {
      throw .invalidParams([
        ValidationError(
          instanceLocation: "/by/name", keywordLocation: "/properties/by/properties/name",
          error: "must be a column, channel, entry or property:KEY")
      ])
    }
    let limit = Int(by["limit"]?.clampedWholeNumber ?? 10)
    guard (limit + 1) * buckets.count <= Limits.seriesPoints else {
      throw .invalidParams([
        .member(
          "unit",
          "must yield at most \(Limits.seriesPoints) points; the range has \(buckets.count) of these units, for each of \(limit) values"
        )
      ])
    }
    let request = TrafficSeriesRequest(
      traffic: traffic.request, units: units, by: dimension, limit: limit, rest: by["rest"] == true)
    let series = try call.reading(params) { events throws(ReportError) in
      try events.trafficSeries(request, on: call.executor)
    }
    return .array(
      series.map { series in
        let first: JSONObject.Member =
          series.value.map { ("value", .string($0)) } ?? ("rest", true)
        return .object(
          JSONObject(members: [first, ("series", .array(buckets.json(series.points, metrics)))]))
      })
  }

  static let eventSeries = Method(
    "websites.events.series", endpoint: "GET /api/websites/:websiteId/events/series", range: .traffic,
    comparison: .beside
  ) { params, call throws(WorkerError) in
    let traffic = try call.trafficParams(params)
    let units = call.seriesUnits(params, traffic)
    let limit = params["limit"]?.clampedWholeNumber.map { Int($0) }
    return .array(
      try call.reading(params) { events throws(ReportError) in
        try events.eventSeries(traffic.request, by: units, limit: limit, on: call.executor)
      }.map {
        ["x": .string($0.name), "t": JSONValue(instant: $0.startMilliseconds), "y": JSONValue($0.count)]
      })
  }
}

/// Every unit of a range.
struct SeriesBuckets {
  /// The first instant of each unit, and that of the next.
  let starts: [Int64]
  private let range: InstantRange

  fileprivate init(starts: [Int64], range: InstantRange) {
    self.starts = starts
    self.range = range
  }

  var count: Int { starts.count - 1 }

  /// One element for each unit.
  func map(_ body: (_ index: Int, _ start: JSONValue, _ isComplete: Bool) -> JSONValue) -> [JSONValue] {
    (0..<count).map { index in
      let isComplete = starts[index] >= range.start && starts[index + 1] - 1 <= range.end
      return body(index, JSONValue(instant: starts[index]), isComplete)
    }
  }

  /// One element for each unit, from points in order.
  fileprivate func map(_ points: [TrafficPoint], _ body: (JSONValue, TrafficNumbers, Bool) -> JSONValue)
    -> [JSONValue]
  {
    var next = 0
    return map { index, start, isComplete in
      var numbers = TrafficNumbers()
      if next < points.count, points[next].startMilliseconds == starts[index] {
        numbers = points[next].numbers
        next += 1
      }
      return body(start, numbers, isComplete)
    }
  }

  fileprivate func json(_ points: [TrafficPoint], _ metrics: [TrafficMetric]) -> [JSONValue] {
    map(points) { start, numbers, isComplete in
      var object: JSONObject = ["t": start]
      for metric in metrics { object[metric.rawValue] = metric.json(numbers) }
      object["complete"] = .bool(isComplete)
      return .object(object)
    }
  }
}

extension Call {
  /// Every unit of the range.
  fileprivate func buckets(
    _ units: SeriesUnits, _ traffic: TrafficParams
  ) throws(WorkerError) -> SeriesBuckets {
    try buckets(units, of: traffic.request.scope.range, member: "unit")
  }

  /// Every unit of a range.
  ///
  /// - Parameter member: The location of the unit in the params, for the error if there are too many.
  func buckets(
    _ units: SeriesUnits, of range: InstantRange, member: String
  ) throws(WorkerError) -> SeriesBuckets {
    guard let starts = units.starts(of: range) else {
      throw .invalidParams([
        .member(
          member,
          "must divide the range into at most \(WebsiteColumns.maximumUnits) units; \(units.unit.rawValue) makes more"
        )
      ])
    }
    return SeriesBuckets(starts: starts, range: range)
  }

  fileprivate func pageviews(
    _ params: JSONObject, _ traffic: TrafficParams
  ) throws(WorkerError) -> JSONObject {
    let units = seriesUnits(params, traffic)
    let points = try reading(params) { events throws(ReportError) in
      try events.trafficSeries(traffic.request, by: units, countsCustomEvents: false, on: executor)
    }
    func point(_ start: JSONValue, _ number: Int) -> JSONValue { ["x": start, "y": JSONValue(number)] }
    if params["dense"] == true {
      let buckets = try buckets(units, traffic)
      return [
        "pageviews": .array(buckets.map(points) { start, numbers, _ in point(start, numbers.views) }),
        "sessions": .array(buckets.map(points) { start, numbers, _ in point(start, numbers.visitors) }),
      ]
    }
    let viewed = points.filter { $0.numbers.views > 0 }
    return [
      "pageviews": .array(
        viewed.map { point(JSONValue(instant: $0.startMilliseconds), $0.numbers.views) }),
      "sessions": .array(viewed.map { point(JSONValue(instant: $0.startMilliseconds), $0.numbers.visitors) }),
    ]
  }
}
