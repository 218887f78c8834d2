import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let performance = Method(
    report: "performance", endpoint: "POST /api/reports/performance", tool: "performance_report"
  ) { params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    let unit = params["dateRange"]?["unit"]?.string.flatMap(CalendarUnit.init) ?? .day
    var request = PerformanceRequest(
      scope: common.scope,
      units: SeriesUnits(unit, weekStart: common.weekStart, in: common.timeZone))
    request.vital = params["metric"]?.string.flatMap(WebVital.init(name:)) ?? .lcp
    request.limit = params["limit"]?.clampedWholeNumber.map { Int($0) } ?? request.limit
    let report = try call.performance(request, params)
    var summary = JSONObject()
    for (vital, values) in zip(WebVital.allCases, report.summary) {
      var numbers = members(values.percentiles)
      numbers += [("good", JSONValue(values.good)), ("poor", JSONValue(values.poor))]
      summary[vital.name] = .object(JSONObject(members: numbers))
    }
    summary["count"] = JSONValue(report.measurements)
    return [
      "summary": .object(summary),
      "chart": .array(
        report.chart.map { point in
          .object(
            JSONObject(
              members: [("t", JSONValue(instant: point.startMilliseconds))] + members(point.percentiles)))
        }),
      "pages": rows(report.pages), "pageTitles": rows(report.pageTitles), "devices": rows(report.devices),
      "browsers": rows(report.browsers),
    ]
  }
}

extension Call {
  /// The percentiles of the measurements that a request selects.
  func performance(
    _ request: PerformanceRequest, _ params: JSONObject
  ) throws(WorkerError) -> PerformanceReport {
    guard request.scope.conditions.allSatisfy(\.isAboutOneRow) else {
      throw .invalidParams([
        .member(
          "filters",
          "must be about columns, visitor or visit in this report: measurements are not among the events of a visit, so "
            + "they have no channel, entry, exit, property or did")
      ])
    }
    return try reading(params) { events throws(ReportError) in
      try events.performance(request, on: executor)
    }
  }
}

private func rows(_ rows: [PerformanceRow]) -> JSONValue {
  .array(
    rows.map { row in
      .object(JSONObject(members: [("name", .string(row.name))] + members(row.percentiles)))
    })
}

/// Null in place of the percentiles of no values.
private func members(_ percentiles: VitalPercentiles) -> [JSONObject.Member] {
  func value(_ millionths: Int128) -> JSONValue {
    percentiles.count == 0 ? .null : JSONValue(millionths: millionths)
  }
  return [
    ("p50", value(percentiles.p50)), ("p75", value(percentiles.p75)), ("p95", value(percentiles.p95)),
    ("count", JSONValue(percentiles.count)),
  ]
}

extension WebVital {
  init?(name: String) {
    guard let vital = Self.allCases.first(where: { sameScalars($0.name, name) }) else { return nil }
    self = vital
  }
}
