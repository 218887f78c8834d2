import JSON

/// The steps, then what else was asked for.
@Sendable func funnelFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let steps = stepsOfFunnel(result)
  var figures = [stepsFigure(steps, context)]
  if let timing = timingFigure(steps) { figures.append(timing) }
  if let rows = result["breakdown"]?.array { figures.append(breakdownFigure(rows, context)) }
  if let buckets = result["trend"]?.array { figures += trendFigures(buckets, context) }
  if let next = nextFigure(steps) { figures.append(next) }
  return figures
}

private func stepsFigure(_ steps: [JSONValue], _ context: ReportContext) -> Figure {
  let (isOpen, hasVisits) = (steps.first?["continued"] != nil, steps.first?["visits"] != nil)
  var columns: [FigureTable.Column] = [.name("step"), .number("visitors")]
  if hasVisits { columns.append(.number("visits")) }
  if isOpen { columns.append(.number("entered here")) }
  columns += [.number("of first"), .number("lost"), .number("lost of previous")]
  var table = FigureTable(columns: columns)
  for (index, step) in steps.enumerated() {
    var cells: [FigureTable.Cell] = [.text(stepName(step)), .number(step["visitors"])]
    if hasVisits { cells.append(.number(step["visits"])) }
    if isOpen { cells.append(.number(step["entered"])) }
    let lost: FigureTable.Cell = index == 0 ? .empty : .number(step["dropped"])
    table.rows.append(cells + [.share(step["remaining"]), lost, .share(step["dropoff"])])
  }
  let drawn = steps.enumerated().map { index, step in
    let remaining = step["remaining"]?.double.map { " · \(percentText($0))" } ?? ""
    let lost = step["dropoff"]?.double.map { share in
      "\(numberText(step["dropped"] ?? 0)) lost (\(percentText(share)))"
    }
    return FunnelChart.Step(
      name: stepName(step), visitors: step["visitors"]?.double ?? 0,
      text: numberText(step["visitors"] ?? 0) + remaining, lost: index == 0 ? "" : lost ?? "")
  }
  return Figure(
    title: context.figureTitle,
    summary: drawn.map { "\($0.name): \($0.text)" }.joined(separator: "; "),
    chart: drawn.isEmpty ? nil : FunnelChart(steps: drawn), table: table)
}

private func timingFigure(_ steps: [JSONValue]) -> Figure? {
  guard steps.contains(where: { $0["timing"] != nil }) else { return nil }
  var table = FigureTable(columns: [
    .name("time to"), .number("median"), .number("90% within"), .number("longest"), .number("from first"),
  ])
  for step in steps.dropFirst() {
    func cell(_ from: String, _ name: String) -> FigureTable.Cell {
      let value = step["timing"]?[from]?[name]?.wholeNumber
      return FigureTable.Cell(text: value.map(timeText) ?? "", number: value.map(Double.init))
    }
    table.rows.append([
      .text(stepName(step)), cell("fromPrevious", "median"), cell("fromPrevious", "p90"),
      cell("fromPrevious", "maximum"), cell("fromFirst", "median"),
    ])
  }
  return Figure(title: "Time from step to step", summary: "Times of visitors", chart: nil, table: table)
}

/// The share of the visitors of each value that reached the last step.
private func breakdownFigure(_ rows: [JSONValue], _ context: ReportContext) -> Figure {
  let name = context.params["breakdown"]?["name"]?.string ?? ""
  let count = rows.first?["steps"]?.array?.count ?? 0
  var table = FigureTable(
    columns: [.name(name)] + (0..<count).map { .number("step \($0 + 1)") } + [.number("of first")])
  var bars: [BarChart.Bar] = []
  for (index, row) in rows.enumerated() {
    let steps = row["steps"]?.array ?? []
    let text = row["rest"] == true ? "(others)" : nameOfValue(row["value"]?.string ?? "")
    let remaining = steps.last?["remaining"]
    table.rows.append([.text(text)] + steps.map { .number($0["visitors"]) } + [.share(remaining)])
    bars.append(
      BarChart.Bar(
        name: Label(text), values: [remaining?.double ?? 0], text: remaining?.double.map(percentText) ?? "–",
        row: index, isRest: row["rest"] == true))
  }
  return Figure(
    title: "Reached the last step, by \(name)", summary: "Share of the visitors of the first step",
    chart: bars.isEmpty ? nil : BarChart(bars: bars), table: table)
}

private func trendFigures(_ buckets: [JSONValue], _ context: ReportContext) -> [Figure] {
  let unit = context.params["trend"]?["unit"]?.string ?? "day"
  let count: @Sendable (JSONValue?) -> String = { $0.map { numberText($0) } ?? "" }
  let share: @Sendable (JSONValue?) -> String = { $0?.double.map(percentText) ?? "" }
  return [
    lineFigure(
      buckets, [("entered", "entered", count), ("converted", "converted", count)], unit: unit,
      title: "Entered and converted", context),
    lineFigure(
      buckets, [("rate", "rate", share)], unit: unit, title: "Conversion rate", isWhole: false, context),
  ]
}

/// What visitors did after the step at which they stopped.
private func nextFigure(_ steps: [JSONValue]) -> Figure? {
  guard steps.contains(where: { $0["next"] != nil }) else { return nil }
  var table = FigureTable(columns: [.name("after"), .name("next, instead of going on"), .number("visitors")])
  for step in steps {
    for next in step["next"]?.array ?? [] {
      let item: FigureTable.Cell = next["item"] == .null ? .text("(nothing)") : .name(next["item"])
      table.rows.append([.text(stepName(step)), item, .number(next["visitors"])])
    }
  }
  return Figure(title: "Instead of going on", summary: "Next items of visitors", chart: nil, table: table)
}
