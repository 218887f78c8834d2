import JSON

/// How far each goal is reached, then what else was asked for.
@Sendable func goalsFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let goals = result.array ?? []
  let hasVisitors = goals.contains { $0["rate"] != nil }
  var columns: [FigureTable.Column] = [
    .name("goal"), .number("reached"), .number("wanted"), .number("of wanted"),
  ]
  if hasVisitors { columns += [.number("visitors"), .number("of all"), .number("visits")] }
  var table = FigureTable(columns: columns)
  var bars: [BarChart.Bar] = []
  for (index, goal) in goals.enumerated() {
    let (reached, wanted) = (goal["result"]?.double ?? 0, goal["goal"]?.double ?? 0)
    let share = wanted > 0 ? reached / wanted : nil
    let result = FigureTable.Cell(text: roundedText(goal["result"] ?? 0), number: reached)
    var cells: [FigureTable.Cell] = [
      .text(matcherName(goal)), result, .number(goal["goal"]), .share(share.map(JSONValue.double)),
    ]
    if hasVisitors { cells += [.number(goal["visitors"]), .share(goal["rate"]), .number(goal["visits"])] }
    table.rows.append(cells)
    bars.append(
      BarChart.Bar(
        name: Label(matcherName(goal)), values: [min(max(share ?? 0, 0), 1)],
        text: "\(result.text) of \(numberText(goal["goal"] ?? 0))", row: index))
  }
  let main = Figure(
    title: context.figureTitle,
    summary: bars.map { "\($0.name.plainText): \($0.text)" }.joined(separator: "; "),
    chart: bars.isEmpty ? nil : BarChart(bars: bars, whole: 1), table: table)
  return [main] + goalTrends(goals, context) + goals.compactMap { goalValues($0, context) }
}

private func goalTrends(_ goals: [JSONValue], _ context: ReportContext) -> [Figure] {
  let unit = context.params["trend"]?["unit"]?.string ?? ""
  return goals.compactMap { goal in
    guard let points = goal["trend"]?.array else { return nil }
    return lineFigure(
      points, [("reached", "result", { $0.map(roundedText) ?? "" })], unit: unit,
      title: "\(matcherName(goal)) by \(unit)", isWhole: false, context)
  }
}

private func goalValues(_ goal: JSONValue, _ context: ReportContext) -> Figure? {
  guard let values = goal["by"]?.array, !values.isEmpty else { return nil }
  let name = context.params["by"]?["name"]?.string ?? ""
  return .bars(
    values.map {
      let isRest = $0["rest"] == true
      return (Label(isRest ? "(others)" : nameOfValue($0["value"]?.string ?? "")), $0["result"] ?? 0, isRest)
    }, title: "\(matcherName(goal)) by \(name)", name: name, counting: "reached",
    more: (
      [.number("visitors"), .number("of"), .number("share")],
      values.map { [.number($0["visitors"]), .number($0["total"]), .share($0["rate"])] }
    ))
}
