import JSON

/// A grid of the shares that came back; grids of the money by then, and of the values of a breakdown.
@Sendable func retentionFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let cohorts = Cohort.all(of: result.array ?? result["rows"]?.array ?? [], context)
  let total = Cohort(total: result["total"]?.array ?? [])
  var figures = [gridFigure(cohorts + (total.map { [$0] } ?? []), context.figureTitle, context)]
  if let currency = context.params["currency"]?.string {
    figures.append(moneyFigure(cohorts, currency, context))
  }
  for group in result["breakdown"]?.array ?? [] {
    let name = group["rest"] == true ? "(others)" : nameOfValue(group["value"]?.string ?? "")
    figures.append(
      gridFigure(
        Cohort.all(of: group["rows"]?.array ?? [], context), "\(context.figureTitle): \(name)", context))
  }
  return figures
}

private func periods(_ cohorts: [Cohort], _ context: ReportContext) -> [Int] {
  Array(1...max(1, min(cohorts.map(\.periodsInRange).max() ?? 0, context.periods)))
}

/// The latest ones are drawn; the table has all.
private let maximumDrawnCohorts = 60

private func gridFigure(_ cohorts: [Cohort], _ title: String, _ context: ReportContext) -> Figure {
  let unit = context.cohortUnit
  let periods = periods(cohorts, context)
  let largest = max(cohorts.flatMap { $0.cells.filter { $0.key > 0 }.map(\.value.percent) }.max() ?? 0, 1)
  // A period without a cell had nobody, if it is in the range.
  @Sendable func share(_ cohort: Cohort, _ period: Int) -> (percent: Double, isComplete: Bool)? {
    if let cell = cohort.cells[period] { return (cell.percent, cell.isComplete) }
    return period <= cohort.periodsInRange ? (0, true) : nil
  }
  @Sendable func cells(of cohort: Cohort) -> [FigureTable.Cell] {
    let visitors = FigureTable.Cell(text: numberText(cohort.visitors), number: Double(cohort.visitors))
    return [.text(cohort.name), visitors]
      + periods.map { period in
        guard let cell = share(cohort, period) else { return .empty }
        return FigureTable.Cell(
          text: (cell.isComplete ? "" : "~") + percentText(cell.percent / 100), number: cell.percent)
      }
  }
  let drawn = Array(cohorts.suffix(maximumDrawnCohorts))
  let drawnCells = drawn.map { cohort in
    periods.map { period -> HeatMap.Cell? in
      guard let cell = share(cohort, period) else { return nil }
      let text = cell.percent == 0 ? "" : cell.percent < 0.5 ? "<1" : "\(Int(cell.percent.rounded()))"
      return HeatMap.Cell(share: cell.percent / largest, text: text, isComplete: cell.isComplete)
    }
  }
  return Figure(
    title: title,
    summary: cohorts.isEmpty
      ? "Nothing in this range"
      : "Percent of the visitors of a first \(unit) who came again so many \(unit)s later",
    chart: cohorts.isEmpty
      ? nil
      : HeatMap(
        columnNames: periods.map { "\($0)" }, rowNames: drawn.map(\.name), cells: drawnCells,
        firstRow: cohorts.count - drawn.count, firstColumn: 2,
        hint: { row, column in
          let (cohort, period) = (drawn[row], periods[column])
          return
            "\(cohort.name), \(unit) \(period): \(percentText((share(cohort, period)?.percent ?? 0) / 100))"
        }),
    isWide: false, columns: [.name(unit), .number("visitors")] + periods.map { .number("\(unit) \($0)") },
    rows: { cohorts.map(cells) })
}

private func moneyFigure(_ cohorts: [Cohort], _ currency: String, _ context: ReportContext) -> Figure {
  let periods = [0] + periods(cohorts, context)
  let unit = context.cohortUnit
  var table = FigureTable(
    columns: [.name(unit), .number("visitors")] + periods.map { .number("\(unit) \($0)") })
  for cohort in cohorts {
    table.rows.append(
      [
        .text(cohort.name),
        FigureTable.Cell(text: numberText(cohort.visitors), number: Double(cohort.visitors)),
      ]
        + periods.map { period in
          guard let cell = cohort.cells[period], let amount = cell.perVisitor else { return .empty }
          return FigureTable.Cell(
            text: (cell.isComplete ? "" : "~") + hundredthsText(amount), number: amount.double)
        })
  }
  return Figure(
    title: "\(currency) of each visitor so far", summary: "Nothing in this range", chart: nil, table: table)
}
