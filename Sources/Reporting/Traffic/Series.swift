import JSON

extension ReportDefinition {
  static let series = ReportDefinition(
    name: "series", trafficMethod: "websites.series", title: "Traffic over time",
    ownFlags: [.timeUnit(member: "unit"), .grouping, .groups, .metrics, .weekStart, .bounce],
    comparison: .merged,
    example: "series store.db --unit week --by channel --during 2026-03",
    settings: seriesSettings,
    emptyReason: { result in
      let isBlank = (result.array ?? []).allSatisfy { point in
        (point["series"]?.array ?? [point]).allSatisfy { point in
          MetricFormat.all.allSatisfy { point[$0.name]?.isBlank ?? true }
        }
      }
      return isBlank ? "there are no pageviews in this range" : nil
    }, text: seriesText, figures: seriesFigures)
}

extension ReportFlag {
  fileprivate static let grouping = ReportFlag(
    "--by", "NAME", member: "by",
    "A series for each value of a column, channel, entry or property:KEY, and one of all others."
  ) { text in [["name": .string(text), "rest": true]] }
  fileprivate static let groups = ReportFlag(
    "--limit", "NUMBER", member: "by/limit",
    "How many values --by shows, those with the most visitors. Default: 10."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
  fileprivate static let metrics = list(
    "--metric", "NAMES", member: "metrics",
    "One name or several with commas. With --by, a line shows the first.",
    words: MetricFormat.all.map(\.name)
  ) { text in text.split(separator: ",", omittingEmptySubsequences: false).map { .string(trimmed($0)) } }
}

@Sendable private func seriesSettings(_ context: ReportContext) -> [String] {
  let by = context.params["by"]?["name"]?.string ?? ""
  return ["by \(context.seriesUnit)"] + (by.isEmpty ? [] : ["by \(displayable(by))"])
}

extension ReportContext {
  var seriesUnit: String { (params["unit"] ?? params["dateRange"]?["unit"])?.string ?? "day" }

  /// The metrics that the user chose; without any, those of a table that is not too wide.
  var seriesMetrics: [MetricFormat] {
    let names = params["metrics"]?.array?.compactMap(\.string) ?? []
    return (names.isEmpty ? ["visitors", "visits", "pageviews", "bounces", "events"] : names)
      .compactMap(MetricFormat.init)
  }
}

/// A row for each unit with a bar, or for each value with a sparkline.
@Sendable private func seriesText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty, let metric = context.seriesMetrics.first else { return "" }
  return context.params["by"] == nil
    ? unitsText(rows, context, canvas) : valuesText(rows, metric, context, canvas)
}

private func unitsText(_ points: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  let metrics = context.seriesMetrics
  let compared = context.comparison?.array
  let first = metrics[0]
  var columns: [Table.Column] = [.name(context.seriesUnit)] + metrics.map { .number($0.title) }
  if compared != nil { columns += [.number("\(first.title) before"), .number("change")] }
  var table = Table(columns + [.bar])
  let largest = max(points.compactMap { $0[first.name]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for (index, point) in points.enumerated() {
    let number = point[first.name]?.double ?? 0
    var cells: [Table.Cell] = [
      .text(context.unitText(point["t"], context.seriesUnit) + (point["complete"] == false ? "*" : ""))
    ]
    cells += metrics.map { .text($0.text(point[$0.name])) }
    if let compared {
      let before = index < compared.count ? compared[index][first.name] : nil
      cells += [.text(first.text(before)), .text(before?.double.map { changeText(number, from: $0) } ?? "")]
    }
    table.append(cells + [.bar(number / largest)])
  }
  return table.text(on: canvas) + incompleteUnitNote(points, context)
}

private func valuesText(
  _ rows: [JSONValue], _ metric: MetricFormat, _ context: ReportContext, _ canvas: Canvas
) -> String {
  func numbers(_ row: JSONValue) -> [Double] {
    (row["series"]?.array ?? []).map { $0[metric.name]?.double ?? 0 }
  }
  // A unit without visits has no rate, so it is neither the lowest nor the highest.
  func isLess(_ a: JSONValue, _ b: JSONValue) -> Bool {
    (a[metric.name]?.double ?? 0) < (b[metric.name]?.double ?? 0)
  }
  func lowest(_ points: [JSONValue]) -> JSONValue? {
    points.filter { $0[metric.name]?.double != nil }.min(by: isLess)
  }
  func highest(_ points: [JSONValue]) -> JSONValue? {
    points.filter { $0[metric.name]?.double != nil }.max(by: isLess)
  }
  let by = context.params["by"]?["name"]?.string ?? ""
  let compared = context.comparison.map { _ in ComparedValues(context, name: "value") }
  var columns: [Table.Column] = [.text(displayable(by)), .number("lowest"), .number("highest")]
  if compared != nil { columns.append(.number("highest before")) }
  var table = Table(columns + [.name("\(metric.title) by \(context.seriesUnit)")])
  // What the numbers and a name of moderate length leave.
  let width = max(10, canvas.width - 45)
  for row in rows {
    let points = row["series"]?.array ?? []
    var cells: [Table.Cell] = [
      row["rest"] == true ? .faint("(others)") : nameText(row["value"]),
      .text(metric.text(lowest(points)?[metric.name])), .text(metric.text(highest(points)?[metric.name])),
    ]
    if let compared {
      // The others of the two ranges are different values, whose visitors do not add up.
      let largest =
        row["rest"] == true
        ? nil
        : compared.number(row, ofNothing: metric.ofNothing) {
          highest($0["series"]?.array ?? [])?[metric.name]
        }
      cells.append(.text(metric.text(largest)))
    }
    table.append(cells + [.text(Sparkline.text(numbers(row), width: width))])
  }
  let points = rows.first?["series"]?.array ?? []
  let ends = [points.first, points.last].map { context.unitText($0?["t"], context.seriesUnit) }
  return table.text(on: canvas)
    + "\nEach line goes from \(ends[0]) to \(ends[1]) and has a scale of its own.\n"
}

private func incompleteUnitNote(_ points: [JSONValue], _ context: ReportContext) -> String {
  points.contains { $0["complete"] == false }
    ? "\n* Only a part of this \(context.seriesUnit) is in the range.\n" : ""
}
