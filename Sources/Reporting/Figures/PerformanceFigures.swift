import JSON

/// The percentiles of all web vitals; those of one over time; and bars of its p75 by page, title, device and browser.
@Sendable func performanceFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let summary = result["summary"] ?? .null
  guard summary["count"]?.isBlank == false else { return [] }
  let vital = context.vital
  let unit = context.params["dateRange"]?["unit"]?.string ?? "day"
  let lists = performanceLists.map { member, name in
    percentilesFigure(result[member]?.array ?? [], "\(vital) by \(name)", name, vital)
  }
  return [
    summaryFigure(summary, context),
    lineFigure(
      result["chart"]?.array ?? [],
      vitalPercentiles.map { (title: $0, member: $0, text: fullText) }
        + [(title: "measured", member: "count", text: fullText)], unit: unit,
      drawn: vitalPercentiles.count, title: "\(context.figureTitle): \(vital) by \(unit)", isWhole: false,
      context),
  ] + lists
}

/// A number with all of its digits.
@Sendable private func fullText(_ value: JSONValue?) -> String { value.map { numberText($0) } ?? "" }

/// A row for each web vital, and the p75 of each as a headline.
private func summaryFigure(_ summary: JSONValue, _ context: ReportContext) -> Figure {
  let counts = [("measured", "count"), ("good", "good"), ("poor", "poor")]
  var table = FigureTable(
    columns: [.name("vital")] + (vitalPercentiles + counts.map(\.0)).map { .number($0) })
  for (name, unit) in webVitals {
    let row = summary[name] ?? .null
    table.rows.append(
      [.text(unit.isEmpty ? name : "\(name) (\(unit))")]
        + (vitalPercentiles + counts.map(\.1)).map { .number(row[$0]) })
  }
  table.rows.append(
    [.text("all measurements")] + vitalPercentiles.map { _ in .empty }
      + [.number(summary["count"]), .empty, .empty])
  let headlines = webVitals.compactMap { name, unit -> Figure.Headline? in
    let text = vitalText(summary[name]?["p75"], name)
    return text.isEmpty
      ? nil : Figure.Headline(name: "\(name), p75", text: unit.isEmpty ? text : "\(text) \(unit)", change: "")
  }
  return Figure(
    title: context.figureTitle, summary: "Percentiles of all web vitals", chart: nil, table: table,
    isWide: true,
    headlines: headlines)
}

/// Bars of the p75 of each value.
private func percentilesFigure(
  _ rows: [JSONValue], _ title: String, _ name: String, _ vital: String
) -> Figure {
  let more = [("p50", "p50"), ("p95", "p95"), ("measured", "count")]
  return .bars(
    rows.map { (name: Label(nameOfValue($0["name"]?.string ?? "")), value: $0["p75"] ?? 0, isRest: false) },
    title: title, name: name, counting: "p75",
    more: (more.map { .number($0.0) }, rows.map { row in more.map { .number(row[$0.1]) } }))
}
