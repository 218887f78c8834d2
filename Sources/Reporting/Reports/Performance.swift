import JSON

extension ReportDefinition {
  static let performance = ReportDefinition(
    name: "performance", title: "Web vitals", ownFlags: [.metric, .unit, .limit, .weekStart],
    countsMeasurements: true, example: "performance store.db --metric inp --unit week --filter device=mobile",
    settings: { [$0.vital] },
    emptyReason: { result in
      result["summary"]?["count"]?.isBlank ?? true
        ? "there are no measurements (events of type 5) in this range" : nil
    }, text: { performanceText($0, $1, $2) }, figures: performanceFigures)
}

extension ReportFlag {
  fileprivate static let metric = ReportFlag(
    "--metric", "NAME", member: "metric", "", words: webVitals.map(\.name)
  ) { text in [.string(text)] }
  fileprivate static let unit = timeUnit(member: nil)
  fileprivate static let limit = ReportFlag("--limit", "NUMBER", member: "limit", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
}

/// The web vitals in the order of results, with the unit of their values.
let webVitals: [(name: String, unit: String)] = [
  ("lcp", "ms"), ("inp", "ms"), ("cls", ""), ("fcp", "ms"), ("ttfb", "ms"),
]

/// The percentiles of a result.
let vitalPercentiles = ["p50", "p75", "p95"]

/// The lists of a result, with what their names are.
let performanceLists: [(member: String, name: String)] = [
  ("pages", "page"), ("pageTitles", "title"), ("devices", "device"), ("browsers", "browser"),
]

extension ReportContext {
  /// The web vital of the chart and of the lists.
  var vital: String { params["metric"]?.string ?? "lcp" }
}

/// A table of all web vitals, one of the chart's units, and one for each list.
private func performanceText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let summary = result["summary"] ?? .null
  guard let count = summary["count"]?.wholeNumber, count > 0 else { return "" }
  let chart = result["chart"]?.array ?? []
  let unit = context.params["dateRange"]?["unit"]?.string ?? "day"
  var parts = [
    "\(countText(count, "measurement"))\n", summaryText(summary, canvas),
    percentilesTable(chart, .name(unit), context.vital, canvas) { .text(context.unitText($0["t"], unit)) },
  ]
  for (member, name) in performanceLists {
    let rows = result[member]?.array ?? []
    parts.append(percentilesTable(rows, .text(name), context.vital, canvas) { nameText($0["name"]) })
  }
  return parts.filter { !$0.isEmpty }.joined(separator: "\n")
}

/// A row for each web vital, with a bar of its good measurements.
private func summaryText(_ summary: JSONValue, _ canvas: Canvas) -> String {
  var table = Table(
    [.name("vital")] + (vitalPercentiles + ["measured", "good", "poor"]).map(Table.Column.number) + [.bar])
  for (name, unit) in webVitals {
    let row = summary[name] ?? .null
    let count = row["count"]?.double ?? 0
    func share(_ member: String) -> Double { count == 0 ? 0 : (row[member]?.double ?? 0) / count }
    table.append(
      [.text(unit.isEmpty ? name : "\(name) (\(unit))")]
        + vitalPercentiles.map { .text(vitalText(row[$0], name)) } + [
          .text(numberText(row["count"] ?? 0)), .text(count == 0 ? "" : percentText(share("good"))),
          .text(count == 0 ? "" : percentText(share("poor"))), .bar(share("good")),
        ])
  }
  return table.text(on: canvas)
}

/// A row for each element, with a bar of its p75; empty if there are none.
private func percentilesTable(
  _ rows: [JSONValue], _ first: Table.Column, _ vital: String, _ canvas: Canvas,
  name: (JSONValue) -> Table.Cell
) -> String {
  guard !rows.isEmpty else { return "" }
  var table = Table([first] + (vitalPercentiles + ["measured"]).map(Table.Column.number) + [.bar])
  let largest = max(rows.compactMap { $0["p75"]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for row in rows {
    table.append(
      [name(row)] + vitalPercentiles.map { .text(vitalText(row[$0], vital)) } + [
        .text(numberText(row["count"] ?? 0)), .bar(max(row["p75"]?.double ?? 0, 0) / largest),
      ])
  }
  return table.text(on: canvas)
}

/// A value with the decimals that matter: none of milliseconds, three of cls. Empty if there is none.
func vitalText(_ value: JSONValue?, _ vital: String) -> String {
  guard let value, let number = value.double else { return "" }
  let decimals = vital == "cls" ? 3 : 0
  let factor = decimals == 0 ? 1.0 : 1000
  // Beyond these all digits are as good as any.
  guard abs(number) < 1e12 else { return numberText(value) }
  let rounded = JSONDecimal(significand: Int128((number * factor).rounded()), scale: decimals)
  return numberText(rounded.wholeNumber.map { .integer($0) } ?? .decimal(rounded), decimals: decimals)
}
