import Calendar
import JSON

// Figures of reports whose results are lists of names and numbers: utm, attribution, revenue, currencies.

/// Bars for each campaign parameter.
@Sendable func utmFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  (result.object?.members ?? []).compactMap { part in
    let values = part.value.object?.members ?? []
    let rows = values.map {
      (name: Label(nameOfValue($0.name)), value: $0.value["views"] ?? $0.value, isRest: false)
    }
    if rows.isEmpty { return nil }
    let more = ["visitors", "visits"]
    return .bars(
      rows, title: part.name, name: part.name, counting: campaignUnit(context),
      more: context.params["metrics"] != true
        ? nil : (more.map { .number($0) }, values.map { row in more.map { .number(row.value[$0]) } }))
  }
}

/// A bar for each kind of source, divided among its sources; then bars for each kind. With models, their credits.
@Sendable func attributionFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  if let credit = result["credit"]?.array { return creditFigures(credit, result["total"], context) }
  let parts = (result.object?.members ?? []).compactMap { part -> (name: String, rows: [JSONValue])? in
    guard let rows = part.value.array, !rows.isEmpty else { return nil }
    return (part.name, rows)
  }
  let currency = context.params["currency"]?.string ?? ""
  let unit = currency.isEmpty ? "visitors" : currency
  let overview = parts.isEmpty ? [] : [attributionOverview(parts, result["total"], unit, context)]
  return overview
    + parts.map { part in
      .bars(
        part.rows.map { (Label(nameOfValue($0["name"]?.string ?? "")), $0["value"] ?? 0, false) },
        title: part.name,
        name: part.name, counting: unit)
    }
}

/// The number of sources that have a colour of their own.
private let shownSources = 6

private func attributionOverview(
  _ parts: [(name: String, rows: [JSONValue])], _ total: JSONValue?, _ unit: String, _ context: ReportContext
) -> Figure {
  var table = FigureTable(columns: [.name("kind of source"), .number("sources"), .number(unit)])
  var bars: [BarChart.Bar] = []
  for (index, part) in parts.enumerated() {
    let values = part.rows.map { $0["value"]?.double ?? 0 }
    let sum = values.reduce(0, +)
    let shown = Array(values.prefix(shownSources))
    let text = numberText(plainNumber(sum))
    bars.append(
      BarChart.Bar(
        name: Label(part.name),
        values: shown + Array(repeating: 0, count: shownSources - shown.count) + [sum - shown.reduce(0, +)],
        text: text, row: index))
    table.rows.append([
      .text(part.name),
      FigureTable.Cell(text: numberText(Int64(part.rows.count)), number: Double(part.rows.count)),
      FigureTable.Cell(text: text, number: sum),
    ])
  }
  let ranks = (0..<shownSources).map { LegendEntry(name: "source \($0 + 1)", style: .series($0)) }
  let conversions = ["pageviews", "visitors", "visits"].map { name in
    "\(numberText(total?[name] ?? 0)) \(name == "pageviews" ? "conversions" : name)"
  }
  return Figure(
    title: "\(context.figureTitle): \(conversions.joined(separator: ", "))",
    summary:
      "\(unit) by kind of source: \(bars.map { "\($0.name.plainText) \($0.text)" }.joined(separator: ", "))",
    chart: BarChart(bars: bars, parts: ranks + [LegendEntry(name: "further sources", style: .rest)]),
    table: table)
}

/// Amounts over time, by country, and of all currencies.
@Sendable func revenueFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  let currencies = result["table"]?.array ?? []
  guard !currencies.isEmpty else { return [] }
  let currency = context.param("currency")
  let total = result["total"] ?? .null
  let sum = numberText(total["sum"] ?? 0, decimals: decimals([total["sum"] ?? 0]))
  let countries = (result["country"]?.array ?? []).map {
    (name: Label(nameOfValue($0["name"]?.string ?? "")), value: $0["value"] ?? 0, isRest: false)
  }
  let places = decimals(countries.map(\.value))
  let rates = total["average"] == nil ? [] : revenueRates
  var table = FigureTable(
    columns: [.name("currency"), .number("sum"), .number("events"), .number("visitors")]
      + rates.map { .number($0.title) })
  let sums = decimals(currencies.map { $0["sum"] ?? 0 })
  for row in currencies {
    table.rows.append(
      [
        .name(row["currency"]), .number(row["sum"], decimals: sums), .number(row["count"]),
        .number(row["unique_count"]),
      ] + rates.map { .number(row[$0.member]) })
  }
  return [
    amountsFigure(result["chart"]?.array ?? [], title: "\(context.figureTitle): \(sum) \(currency)", context),
    .bars(
      countries, title: "\(context.figureTitle) by country, \(currency)", name: "country", counting: currency,
      text: { numberText($0, decimals: places) }),
  ] + (rates.isEmpty ? [] : [visitorsFigure(total, currency, context)])
    + (result["by"]?.array ?? []).compactMap { revenueBreakdownFigure($0, currency, context) } + [
      Figure(title: "Currencies", summary: "Sums of all currencies", chart: nil, table: table)
    ]
}

/// What metrics add to the totals of a currency.
private let revenueRates: [(title: String, member: String)] = [
  ("an event", "average"), ("a buyer", "perPayer"), ("gross", "gross"), ("refunds", "refunds"),
]

/// All visitors, and what each of them brought.
private func visitorsFigure(_ total: JSONValue, _ currency: String, _ context: ReportContext) -> Figure {
  Figure(
    title: "\(context.figureTitle) and all visitors, \(currency)",
    summary: "How many visitors there were, and the amount for each", chart: nil,
    table: FigureTable(
      columns: [.name(""), .number("visitors"), .number("for each")],
      rows: [[.text("all"), .number(total["visitors"]), .number(total["perVisitor"])]]))
}

/// Bars of the amounts by a dimension; nil if there are none.
private func revenueBreakdownFigure(
  _ by: JSONValue, _ currency: String, _ context: ReportContext
) -> Figure? {
  let rows = (by["rows"]?.array ?? []) + [by["rest"]].compactMap(\.self)
  guard !rows.isEmpty else { return nil }
  let name = by["name"]?.string ?? ""
  let places = decimals(rows.map { $0["sum"] ?? 0 })
  let bars = rows.map { row in
    (
      name: Label(row["rest"] == true ? "others" : nameOfValue(row["name"]?.string ?? "")),
      value: row["sum"] ?? 0, isRest: row["rest"] == true
    )
  }
  let counts: [(title: String, member: String)] = [("events", "count"), ("buyers", "unique_count")]
  let columns = counts + (rows[0]["average"] == nil ? [] : revenueRates)
  return .bars(
    bars, title: "\(context.figureTitle) by \(name), \(currency)", name: name, counting: currency,
    more: (columns.map { .number($0.title) }, rows.map { row in columns.map { .number(row[$0.member]) } }),
    text: { numberText($0, decimals: places) })
}

/// A line for each event that has amounts; units without any have zero.
private func amountsFigure(_ points: [JSONValue], title: String, _ context: ReportContext) -> Figure {
  let unit = context.params["dateRange"]?["unit"]?.string ?? context.params["unit"]?.string ?? "day"
  let starts = context.units(unit)
  let amounts = points.map { $0["y"] ?? 0 }
  let decimals = decimals(amounts)
  var positions: [Int64: Int] = [:]
  for (index, start) in starts.enumerated() { positions[start] = index }
  var names: [String] = []
  var places: [ScalarKey: Int] = [:]
  for point in points {
    let name = point["x"]?.string ?? ""
    if places[ScalarKey(name)] == nil {
      places[ScalarKey(name)] = names.count
      names.append(nameOfValue(name))
    }
  }
  if starts.isEmpty || names.count > maximumAmountNames {
    return amountsTable(points, unit: unit, decimals: decimals, title: title, context)
  }
  // One series of all events has their number too.
  let isTotal = points.first?["count"] != nil
  if isTotal { names = ["all events"] }
  var sums = Array(repeating: [JSONValue?](repeating: nil, count: starts.count), count: names.count)
  var counts = [JSONValue?](repeating: nil, count: isTotal ? starts.count : 0)
  for point in points {
    let place = places[ScalarKey(point["x"]?.string ?? "")] ?? 0
    if let index = point["t"]?.string.flatMap({ parseInstant($0) }).flatMap({ positions[$0] }) {
      sums[place][index] = point["y"]
      if isTotal { counts[index] = point["count"] }
    }
  }
  let times = starts.map { context.zone.localTime(at: $0) }
  let isComplete = starts.indices.map { index in
    starts[index] >= context.range.start
      && (index + 1 < starts.count || context.end(of: unit, at: starts[index]) <= context.range.end)
  }
  let (shown, events) = (sums, counts)
  @Sendable func cells(of index: Int) -> [FigureTable.Cell] {
    [
      .text(
        context.unitText(.string(formatInstant(starts[index])), unit)
          + (isComplete[index] ? "" : " (partial)"))
    ]
      + shown.map { FigureTable.Cell.number($0[index] ?? 0, decimals: decimals) }
      + (isTotal ? [.number(events[index] ?? 0)] : [])
  }
  return Figure(
    title: title, summary: "Amounts by \(unit)",
    chart: names.isEmpty
      ? nil
      : LineChart(
        starts: times,
        series: names.prefix(8).enumerated().map { number, name in
          LineChart.Series(name: name, values: sums[number].map { $0?.double ?? 0 }, style: .series(number))
        }, isComplete: isComplete, isWhole: false, text: { numberText($0) }),
    columns: [.name(unit)] + (names + (isTotal ? ["events"] : [])).map { .number($0) },
    rows: { shown.isEmpty ? [] : starts.indices.map(cells) })
}

/// More events than this have no line and no column of their own.
private let maximumAmountNames = 40

/// A row for each amount, without a chart.
private func amountsTable(
  _ points: [JSONValue], unit: String, decimals: Int, title: String, _ context: ReportContext
) -> Figure {
  let rows = points.map { point -> [FigureTable.Cell] in
    [
      .text(context.unitText(point["t"], unit)), .name(point["x"]),
      .number(point["y"] ?? 0, decimals: decimals),
    ]
  }
  return Figure(
    title: title, summary: "Nothing in this range", chart: nil,
    table: FigureTable(columns: [.name(unit), .name("event"), .number("amount")], rows: rows), isWide: true)
}

@Sendable func currenciesFigures(_ result: JSONValue, _ context: ReportContext) -> [Figure] {
  [
    Figure(
      title: context.figureTitle, summary: "No event in this range names a currency", chart: nil,
      table: FigureTable(
        columns: [.name("currency")], rows: (result.array ?? []).map { [.name($0["currency"])] }))
  ]
}

extension ReportContext {
  /// More units than this are not listed.
  private static let maximumUnits = 20_000

  /// The first instants of the units of the range; empty if there are too many.
  fileprivate func units(_ unit: String) -> [Int64] {
    guard let calendarUnit = CalendarUnit(rawValue: unit) else { return [] }
    var starts: [Int64] = []
    var instant = range.start
    while instant <= range.end {
      if starts.count == Self.maximumUnits { return [] }
      let bounds = bounds(of: calendarUnit, at: instant)
      starts.append(bounds.start)
      instant = bounds.end
    }
    return starts
  }

  /// The last instant of a unit.
  fileprivate func end(of unit: String, at start: Int64) -> Int64 {
    CalendarUnit(rawValue: unit).map { bounds(of: $0, at: start).end - 1 } ?? start
  }

  private func bounds(of unit: CalendarUnit, at instant: Int64) -> (start: Int64, end: Int64) {
    zone.bounds(of: unit, weekStart: WeekStart(rawValue: param("weekStart")) ?? .monday, containing: instant)
  }
}
