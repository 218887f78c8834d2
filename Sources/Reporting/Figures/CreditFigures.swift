import JSON

/// What models of attribution credit, for each value: a bar for each model, divided among the names; then bars of the first
/// model's credits, with those of all models in the table.
func creditFigures(_ credit: [JSONValue], _ total: JSONValue?, _ context: ReportContext) -> [Figure] {
  credit.flatMap { by -> [Figure] in
    let figures = CreditFigures(by, context)
    return figures.names.isEmpty ? [] : [figures.models(total), figures.credits]
  }
}

/// The figures of the credits by one value.
private struct CreditFigures {
  let by: JSONValue
  let context: ReportContext
  /// The rows and their rest.
  let names: [JSONValue]
  private let modelNames: [String]
  private let currency: String
  private let title: String

  /// The number of names that have a colour of their own.
  private static let shownNames = 6
  /// The number of names that have a bar of their own.
  private static let shownBars = 25

  init(_ by: JSONValue, _ context: ReportContext) {
    (self.by, self.context) = (by, context)
    names = (by["rows"]?.array ?? []) + [by["rest"]].compactMap(\.self)
    modelNames = creditModels(context)
    currency = context.param("currency")
    title = by["by"]?.string ?? ""
  }

  private var unit: String { currency.isEmpty ? "conversions" : "value" }
  private var unitTitle: String { currency.isEmpty ? "conversions" : currency }

  private func name(_ row: JSONValue) -> String {
    row["rest"] == true ? "others" : nameOfValue(row["name"]?.string ?? "")
  }

  /// A bar for each model, divided among the names.
  func models(_ total: JSONValue?) -> Figure {
    let shown = names.prefix(Self.shownNames).filter { $0["rest"] != true }
    let others = names.dropFirst(shown.count)
    let unattributed = by["unattributed"]?[unit]
    let all = by["total"]?[unit] ?? 0
    var table = FigureTable(
      columns: [.name("model")] + shown.map { .number(name($0)) }
        + [.number("others"), .number("unattributed"), .number(unitTitle)])
    var bars: [BarChart.Bar] = []
    for (index, model) in modelNames.enumerated() {
      let ofNames = shown.map { $0[model]?[unit] ?? 0 }
      let rest = others.reduce(0.0) { $0 + ($1[model]?[unit]?.double ?? 0) }
      let further = (rest * 1e4).rounded() / 1e4
      bars.append(
        BarChart.Bar(
          name: Label(model),
          values: ofNames.map { $0.double ?? 0 } + [further, unattributed?.double ?? 0],
          text: numberText(all, decimals: decimals([all])), row: index))
      table.rows.append(
        [.text(model)] + ofNames.map { .number($0, decimals: decimals([$0])) }
          + [
            .number(plainNumber(further)), .number(unattributed),
            .number(all, decimals: decimals([all])),
          ])
    }
    let parts =
      shown.enumerated().map { LegendEntry(name: name($1), style: .series($0)) } + [
        LegendEntry(name: "others", style: .rest), LegendEntry(name: "unattributed", style: .partial),
      ]
    let counts = ["pageviews", "visitors", "visits"].map { name in
      "\(numberText(total?[name] ?? 0)) \(name == "pageviews" ? "conversions" : name)"
    }
    return Figure(
      title: "\(context.figureTitle) by \(title): \(counts.joined(separator: ", "))",
      summary: "\(unitTitle) by model, divided among \(countText(Int64(names.count), "value")) of \(title)",
      chart: BarChart(bars: bars, parts: parts), table: table)
  }

  /// A bar for each name, as the first model credits it, and a column for each model.
  var credits: Figure {
    let kinds: [(title: String, member: String)] =
      [("conversions", "conversions")] + (currency.isEmpty ? [] : [(currency, "value")])
    let columns = modelNames.flatMap { model in
      kinds.map { kind in
        (title: kinds.count == 1 ? model : "\(model), \(kind.title)", model: model, kind: kind.member)
      }
    }
    let places = columns.map { column in decimals(names.map { $0[column.model]?[column.kind] ?? 0 }) }
    var table = FigureTable(
      columns: [.name(title)] + columns.map { .number($0.title) } + [
        .number("assisted"), .number("visitors"),
      ])
    for row in names {
      table.rows.append(
        [.text(name(row))]
          + zip(columns, places).map { .number(row[$0.0.model]?[$0.0.kind], decimals: $0.1) }
          + [.number(row["assisted"]), .number(row["visitors"])])
    }
    for member in ["unattributed", "total"] {
      table.rows.append(
        [.text("(\(member))")]
          + zip(columns, places).map { .number(by[member]?[$0.0.kind], decimals: $0.1) } + [.empty, .empty])
    }
    let first = modelNames.first ?? ""
    let bars = names.prefix(Self.shownBars).enumerated().map { index, row in
      let value = row[first]?[unit] ?? 0
      return BarChart.Bar(
        name: Label(name(row)), values: [value.double ?? 0],
        text: numberText(value, decimals: decimals([value])),
        row: index, isRest: row["rest"] == true)
    }
    return Figure(
      title: "\(context.figureTitle) by \(title), \(first), \(unitTitle)",
      summary:
        "\(unitTitle) of \(countText(Int64(names.count), "value")) of \(title), as the model \(first) credits them",
      chart: BarChart(bars: bars), table: table)
  }
}
