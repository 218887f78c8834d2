import Calendar
import JSON

extension ReportContext {
  /// The title of a figure that is the only one of its report.
  var figureTitle: String { arguments.kind.title }

  /// The numbers of the other range, if there are any.
  var comparedRows: [JSONValue]? { comparison.map { $0.array ?? $0["rows"]?.array ?? [] } }
}

// MARK: - Totals

/// A row for each number of `websites.stats`, with that of the range that it is compared with and the change.
@Sendable func statsFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  var table = FigureTable(columns: [.name("number"), .number("now"), .number("before"), .number("change")])
  for metric in MetricFormat.ofStats where result[metric.name] != nil {
    let (now, before) = (result[metric.name], result["comparison"]?[metric.name])
    table.rows.append([
      .text(metric.title), .metric(metric, now), .metric(metric, before), .change(now, from: before),
    ])
  }
  return [
    Figure(
      title: context.figureTitle, summary: "Numbers of the range and of the one before", chart: nil,
      table: table, isWide: true, headlines: headlines(result))
  ]
}

private func headlines(_ stats: JSONValue) -> [Figure.Headline] {
  let hasBefore = stats["comparison"]?["visits"]?.isBlank == false
  return MetricFormat.ofStats.compactMap { metric in
    guard let now = stats[metric.name], now.double != nil else { return nil }
    let before = hasBefore ? stats["comparison"]?[metric.name]?.double : nil
    let change = before.map { changeText(now.double ?? 0, from: $0) } ?? ""
    return Figure.Headline(name: metric.title, text: metric.text(now), change: change)
  }
}

@Sendable func activeFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  [
    Figure(
      title: context.figureTitle, summary: "Visitors of the last minutes", chart: nil,
      table: FigureTable(columns: [.number("visitors")], rows: [[.number(result["visitors"])]]))
  ]
}

// MARK: - Over time

@Sendable func seriesFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let rows = result.array ?? []
  guard let metric = context.seriesMetrics.first else { return [] }
  return context.params["by"] ?? .null == .null
    ? [seriesFigure(rows, context.seriesMetrics, context)] : [groupedSeriesFigure(rows, metric, context)]
}

/// The name of a unit of time in a table; one that is not complete is marked.
private func unitCell(_ point: JSONValue, _ unit: String, _ context: ReportContext) -> FigureTable.Cell {
  .text(context.unitText(point["t"], unit) + (point["complete"] == false ? " (partial)" : ""))
}

/// Lines of a unit's numbers, and a table of them.
///
/// - Parameters:
///   - columns: The numbers: their name, member of the points, and text.
///   - drawn: How many of them have a line; by default all.
func lineFigure(
  _ points: [JSONValue], _ columns: [(title: String, member: String, text: @Sendable (JSONValue?) -> String)],
  unit: String, drawn: Int = .max, title: String, isWhole: Bool = true, _ context: ReportContext
) -> Figure {
  let text = columns.first?.text
  return Figure(
    title: title,
    summary: "\(columns.map(\.title).joined(separator: ", ")) by \(unit), \(points.count) \(unit)s",
    chart: points.isEmpty
      ? nil
      : LineChart(
        starts: points.compactMap { context.localTime($0["t"]) },
        series: columns.prefix(drawn).enumerated().map { number, column in
          LineChart.Series(
            name: column.title, values: points.map { $0[column.member]?.double }, style: .series(number))
        }, isComplete: points.map { $0["complete"] != false }, isWhole: isWhole,
        text: { text?($0) ?? "" }),
    columns: [.name(unit)] + columns.map { .number($0.title) },
    rows: {
      points.map { point in
        [unitCell(point, unit, context)]
          + columns.map {
            FigureTable.Cell(text: $0.text(point[$0.member]), number: point[$0.member]?.double)
          }
      }
    })
}

private func seriesFigure(_ points: [JSONValue], _ metrics: [MetricFormat], _ context: ReportContext)
  -> Figure
{
  let (unit, first) = (context.seriesUnit, metrics[0])
  // The others are in the table: lines with another scale would say nothing.
  let drawn = metrics.filter { $0.hasScale(of: first) }.prefix(8)
  var series = drawn.enumerated().map { number, metric in
    LineChart.Series(
      name: metric.title, values: points.map { $0[metric.name]?.double }, style: .series(number))
  }
  var columns = [FigureTable.Column.name(unit)] + metrics.map { .number($0.title) }
  let compared = context.comparedRows
  if let compared {
    let before = points.indices.map { $0 < compared.count ? compared[$0][first.name]?.double : nil }
    let name = "\(first.title) before"
    series.append(LineChart.Series(name: name, values: before, style: .before))
    columns += [.number(name), .number("change")]
  }
  @Sendable func cells(of index: Int) -> [FigureTable.Cell] {
    let point = points[index]
    var cells = [unitCell(point, unit, context)] + metrics.map { .metric($0, point[$0.name]) }
    if let compared {
      let before = index < compared.count ? compared[index][first.name] : nil
      cells += [.metric(first, before), .change(point[first.name], from: before)]
    }
    return cells
  }
  return Figure(
    title: context.figureTitle,
    summary: "\(drawn.map(\.title).joined(separator: ", ")) by \(unit), \(points.count) \(unit)s",
    chart: points.isEmpty
      ? nil
      : LineChart(
        starts: points.compactMap { context.localTime($0["t"]) }, series: series,
        isComplete: points.map { $0["complete"] != false }, isWhole: first.isWhole,
        text: { first.text($0) }), columns: columns, rows: { points.indices.map(cells) })
}

/// A line for each of the first values, and a table with a column for each value.
private func groupedSeriesFigure(
  _ groups: [JSONValue], _ metric: MetricFormat, _ context: ReportContext
) -> Figure {
  let unit = context.seriesUnit
  let lists = groups.map { $0["series"]?.array ?? [] }
  let names = groups.map { $0["rest"] == true ? "(others)" : nameOfValue($0["value"]?.string ?? "") }
  let points = lists.first ?? []
  var series: [LineChart.Series] = []
  for (index, group) in groups.enumerated() {
    let isRest = group["rest"] == true
    if !isRest, series.count == 8 { continue }
    series.append(
      LineChart.Series(
        name: names[index], values: lists[index].map { $0[metric.name]?.double },
        style: isRest ? .rest : .series(series.count)))
  }
  let name = context.params["by"]?["name"]?.string ?? ""
  return Figure(
    title: "\(context.figureTitle) by \(name)",
    summary: "\(metric.title) by \(unit) of \(countText(Int64(series.count), "value")) of \(name)",
    chart: points.isEmpty
      ? nil
      : LineChart(
        starts: points.compactMap { context.localTime($0["t"]) }, series: series,
        isComplete: points.map { $0["complete"] != false }, isWhole: metric.isWhole,
        text: { metric.text($0) }),
    columns: [.name(unit)] + names.map { .number($0) },
    rows: {
      points.enumerated().map { index, point in
        [unitCell(point, unit, context)]
          + lists.map { .metric(metric, index < $0.count ? $0[index][metric.name] : nil) }
      }
    })
}

// MARK: - Values

@Sendable func topFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let rows = result.array ?? []
  let type = context.param("type")
  let isExpanded = context.arguments.method != ReportDefinition.top.method
  let (name, value) = isExpanded ? ("name", "visitors") : ("x", "y")
  let known = isExpanded ? ComparedValues(context, name: name) : nil
  let before = context.comparedRows.map { compared in
    rows.enumerated().map { index, row -> JSONValue? in
      if let known { return known.number(row) { $0[value] } }
      return index < compared.count ? compared[index][value] : nil
    }
  }
  var more: (columns: [FigureTable.Column], cells: [[FigureTable.Cell]]) = ([], rows.map { _ in [] })
  func append(_ column: FigureTable.Column, _ cell: (JSONValue) -> FigureTable.Cell) {
    more.columns.append(column)
    for (index, row) in rows.enumerated() { more.cells[index].append(cell(row)) }
  }
  if rows.contains(where: { $0["country"] != nil }) { append(.name("country")) { .name($0["country"]) } }
  if isExpanded {
    for metric in ["visits", "pageviews", "bounces", "totaltime"].compactMap(MetricFormat.init) {
      append(.number(metric.title)) { .metric(metric, $0[metric.name]) }
    }
  }
  return [
    .bars(
      rows.map { (Label(nameOfValue($0[name]?.string ?? "")), $0[value] ?? 0, false) },
      title: "\(context.figureTitle) of \(type)", name: type,
      counting: type == "event" && !isExpanded ? "events" : "visitors", before: before, more: more)
  ]
}

@Sendable func propertiesFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let rows = result.array ?? []
  return [
    .bars(
      rows.map {
        let names = [$0["eventName"], $0["propertyName"]].map { nameOfValue($0?.string ?? "") }
        return (Label(joining: names, by: " · "), $0["total"] ?? 0, false)
      }, title: context.figureTitle, name: "event · property", counting: "events",
      more: (
        [.name("type")],
        rows.map { [.text($0["dataType"]?.wholeNumber.flatMap { dataTypes[$0] } ?? "")] }
      ))
  ]
}

@Sendable func valuesFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  [
    .bars(
      (result.array ?? []).map { (Label(nameOfValue($0["value"]?.string ?? "")), $0["total"] ?? 0, false) },
      title: context.figureTitle, name: "value", counting: "events")
  ]
}

// MARK: - Hours of the week

/// Visitors by weekday and hour of the day, from Monday.
@Sendable func weeklyFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let grid = (result.array ?? []).map { $0.array ?? [] }
  let days = grid.count == 7 ? (0..<7).map { ($0 + 1) % 7 } : Array(grid.indices)
  let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  let largest = max(grid.joined().compactMap(\.double).max() ?? 0, 1)
  @Sendable func name(_ day: Int) -> String { names[day % names.count] }
  let cells = days.map { day in
    grid[day].map { HeatMap.Cell(share: ($0.double ?? 0) / largest, text: "") as HeatMap.Cell? }
  }
  return [
    Figure(
      title: context.figureTitle, summary: "Visitors by weekday and hour; the darker, the more",
      chart: HeatMap(
        columnNames: (0..<24).map { "\($0)" }, rowNames: days.map(name), cells: cells,
        hint: { "\(name(days[$0])) \($1):00: \(numberText(grid[days[$0]][$1]))" }),
      table: FigureTable(
        columns: [.name("weekday")] + (0..<24).map { .number("\($0):00") },
        rows: days.map { day in [.text(name(day))] + grid[day].map { .number($0) } }))
  ]
}
