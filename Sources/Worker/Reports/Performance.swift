import Calendar
import Engine
import JSON
import JSONSchema

extension Method {
  static let performance = Method(
    report: "performance", endpoint: "POST /api/reports/performance", tool: "performance_report"
  ) { params, call throws(WorkerError) in
    let common = try call.commonParams(params)
    let report = try call.performance(
      params, common.scope, unit: params["dateRange"]?["unit"], common.weekStart, common.timeZone)
    return PerformanceJSON(isUmami: false).report(report)
  }
}

extension Call {
  /// The percentiles of the measurements of a scope, with the metric and the limit of the params.
  func performance(
    _ params: JSONObject, _ scope: ReportScope, unit: JSONValue?, _ weekStart: WeekStart,
    _ zone: TimeZoneRules
  ) throws(WorkerError) -> PerformanceReport {
    guard scope.conditions.allSatisfy(\.isAboutOneRow) else {
      throw .invalidParams([
        .member(
          "filters",
          "must be about columns, visitor or visit in this report: measurements are not among the events of a visit, so "
            + "they have no channel, entry, exit, property or did")
      ])
    }
    let unit = unit?.string.flatMap(CalendarUnit.init) ?? .day
    var request = PerformanceRequest(
      scope: scope, units: SeriesUnits(unit, weekStart: weekStart, in: zone))
    request.vital = params["metric"]?.string.flatMap(WebVital.init(name:)) ?? .lcp
    request.limit = params["limit"]?.clampedWholeNumber.map { Int($0) } ?? request.limit
    return try reading(params) { events throws(ReportError) in
      try events.performance(request, on: executor)
    }
  }
}

/// Writes web vitals. Umami counts neither good and poor values nor those of a unit of time, and has 0 for the percentiles of
/// no values.
struct PerformanceJSON {
  let isUmami: Bool

  func report(_ report: PerformanceReport) -> JSONValue {
    [
      "summary": summary(report), "chart": chart(report), "pages": list(report.pages),
      "pageTitles": list(report.pageTitles), "devices": list(report.devices),
      "browsers": list(report.browsers),
    ]
  }

  func summary(_ report: PerformanceReport) -> JSONValue {
    var summary = JSONObject()
    for (vital, values) in zip(WebVital.allCases, report.summary) {
      var numbers = members(values.percentiles, counted: !isUmami)
      if !isUmami { numbers += [("good", JSONValue(values.good)), ("poor", JSONValue(values.poor))] }
      summary[vital.name] = .object(JSONObject(members: numbers))
    }
    summary["count"] = JSONValue(report.measurements)
    return .object(summary)
  }

  func chart(_ report: PerformanceReport) -> JSONValue {
    .array(
      report.chart.map { point in
        let start: [JSONObject.Member] = [("t", JSONValue(instant: point.startMilliseconds))]
        return .object(JSONObject(members: start + members(point.percentiles, counted: !isUmami)))
      })
  }

  func list(_ rows: [PerformanceRow]) -> JSONValue {
    .array(
      rows.map { row in
        let name: [JSONObject.Member] = [("name", .string(row.name))]
        return .object(JSONObject(members: name + members(row.percentiles, counted: true)))
      })
  }

  private func members(_ percentiles: VitalPercentiles, counted: Bool) -> [JSONObject.Member] {
    func value(_ millionths: Int128) -> JSONValue {
      percentiles.count == 0 && !isUmami ? .null : JSONValue(millionths: millionths)
    }
    let values: [JSONObject.Member] = [
      ("p50", value(percentiles.p50)), ("p75", value(percentiles.p75)), ("p95", value(percentiles.p95)),
    ]
    return counted ? values + [("count", JSONValue(percentiles.count))] : values
  }
}

extension WebVital {
  init?(name: String) {
    guard let vital = Self.allCases.first(where: { sameScalars($0.name, name) }) else { return nil }
    self = vital
  }
}
