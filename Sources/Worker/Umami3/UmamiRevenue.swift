import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let umamiRevenue = Method(
    umami: "revenue", bodyEndpoint: "POST /api/reports/revenue", comparison: .own
  ) {
    params, call throws(WorkerError) in
    let sources = try call.revenueSources(params)
    return [
      "chart": chart(sources), "total": try call.totals(sources, params),
      "country": list(sources.countries), "region": regions(sources), "referrer": list(sources.referrers),
      "channel": list(sources.channels),
    ]
  }

  static let umamiRevenueStats = Method(
    umami: "revenue.stats", endpoint: "GET /api/websites/:websiteId/revenue/stats", comparison: .own
  ) { params, call throws(WorkerError) in try call.totals(try call.revenueSources(params), params) }

  static let umamiRevenueChart = Method(
    umami: "revenue.chart", endpoint: "GET /api/websites/:websiteId/revenue/chart"
  ) { params, call throws(WorkerError) in ["chart": chart(try call.revenueSources(params))] }

  static let umamiRevenueMetrics = Method(
    umami: "revenue.metrics", endpoint: "GET /api/websites/:websiteId/revenue/metrics"
  ) { params, call throws(WorkerError) in
    let sources = try call.revenueSources(params)
    switch params["type"]?.string {
    case "region": return regions(sources)
    case "referrer": return list(sources.referrers)
    case "channel": return list(sources.channels)
    default: return list(sources.countries)
    }
  }
}

private func chart(_ sources: RevenueSources) -> JSONValue {
  .array(
    sources.chart.map { point in
      [
        "x": .string(point.eventName), "t": JSONValue(instant: point.startMilliseconds),
        "y": JSONValue(point.amount), "count": JSONValue(point.events),
      ]
    })
}

private func list(_ amounts: [NamedAmount]) -> JSONValue {
  .array(amounts.map { ["name": .string($0.name), "value": JSONValue($0.amount)] })
}

private func regions(_ sources: RevenueSources) -> JSONValue {
  .array(
    sources.regions.map { region in
      [
        "country": .string(region.country), "name": .string(region.name), "value": JSONValue(region.amount),
      ]
    })
}

extension Call {
  /// The amounts of the sessions that have an event that meets the filters.
  fileprivate func revenueSources(
    _ params: JSONObject, range: InstantRange? = nil
  ) throws(WorkerError) -> RevenueSources {
    let traffic = try umamiParams(params, range: range)
    var scope = traffic.request.scope
    if !scope.conditions.isEmpty {
      scope.conditions = [.did(EventCount(of: .visitor, .all(scope.conditions), least: 1))]
    }
    var request = RevenueRequest(
      scope: scope, currency: params["currency"]?.string ?? "",
      unit: params["unit"]?.string.flatMap(CalendarUnit.init) ?? .day, timeZone: traffic.timeZone)
    request.weekStart = traffic.weekStart
    return try reading(params) { events throws(ReportError) in
      try events.revenueSources(request, on: executor)
    }
  }

  /// The totals of the range, and beside them those of the range that `compare` names.
  fileprivate func totals(_ sources: RevenueSources, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let traffic = try umamiParams(params)
    let other = try comparedRange(
      params["compare"] ?? "prev", of: traffic.request.scope.range, in: traffic.timeZone)
    var totals = totals(sources.total, visitors: try visitors(params, range: nil))
    totals["comparison"] = .object(
      self.totals(
        try revenueSources(params, range: other).total, visitors: try visitors(params, range: other)))
    return .object(totals)
  }

  /// The number of sessions with any event that meets the filters.
  private func visitors(_ params: JSONObject, range: InstantRange?) throws(WorkerError) -> Int {
    var request = try umamiParams(params, range: range).request
    request.bounce = .none
    return try reading(params) { events throws(ReportError) in
      try events.trafficNumbers(request, of: .all, on: executor).visitors
    }
  }

  private func totals(_ totals: RevenueTotals, visitors: Int) -> JSONObject {
    [
      "sum": JSONValue(totals.sum), "count": JSONValue(totals.events),
      "unique_count": JSONValue(totals.visitors), "total_sessions": JSONValue(visitors),
      "average": JSONValue(totals.sum(per: totals.events)), "arpu": JSONValue(totals.sum(per: visitors)),
    ]
  }
}
