import JSON

/// A bar of the first metric for each group.
@Sendable func insightsFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let rows = result.array ?? result["rows"]?.array ?? []
  let (fields, metrics) = (context.insightsFields, context.insightsMetrics)
  guard let first = metrics.first else { return [] }
  let goals = context.params["goals"]?.array ?? []
  let compared = context.comparedRows
  var columns = fields.map { FigureTable.Column.name($0) } + metrics.map { .number($0.title) }
  if compared != nil { columns += [.number("\(first.title) before"), .number("change")] }
  columns += goals.flatMap { [.number(matcherName($0)), .number("rate")] }
  var table = FigureTable(columns: columns)
  func append(_ names: [FigureTable.Cell], _ row: JSONValue, before: JSONValue?) {
    var cells = names + metrics.map { .metric($0, row[$0.name]) }
    if compared != nil {
      cells += [.metric(first, before?[first.name]), .change(row[first.name], from: before?[first.name])]
    }
    for index in goals.indices {
      let goal = row["goals"]?.array.flatMap { index < $0.count ? $0[index] : nil }
      cells += [.number(goal?["visitors"]), .share(goal?["rate"])]
    }
    table.rows.append(cells)
  }
  var bars: [BarChart.Bar] = []
  for (index, row) in rows.enumerated() {
    let names = fields.map { nameOfValue(context.fieldName(row[$0], $0)) }
    append(names.map { .text($0) }, row, before: compared.flatMap { index < $0.count ? $0[index] : nil })
    if index < 25 {
      bars.append(
        BarChart.Bar(
          name: Label(joining: names, by: " · "), values: [row[first.name]?.double ?? 0],
          text: first.text(row[first.name]), row: index))
    }
  }
  for (member, title) in [("rest", "(all others)"), ("total", "(total)")] {
    guard let row = result[member] else { continue }
    let blanks = Array(repeating: FigureTable.Cell.empty, count: max(fields.count - 1, 0))
    append([.text(title)] + blanks, row, before: context.comparison?[member])
  }
  return [
    Figure(
      title: "\(context.figureTitle) by \(fields.joined(separator: ", "))",
      summary: bars.isEmpty
        ? "Nothing in this range" : "\(first.title) of \(countText(Int64(bars.count), "group"))",
      chart: bars.isEmpty ? nil : BarChart(bars: bars), table: table)
  ]
}
