import Calendar
import Engine
import JSON

extension ReportDefinition {
  static let revenue = ReportDefinition(
    name: "revenue", title: "Revenue",
    ownFlags: [
      .currency, .unit, .by, .limit, .rest, .metrics, .total, .amount, .currencyKey, .weekStart,
    ], needsCurrency: true,
    example: "revenue store.db --currency EUR --unit month --during 2026",
    settings: { [displayable($0.param("currency"))] }, text: { revenueText($0, $1, $2) },
    figures: revenueFigures)
}

extension ReportFlag {
  fileprivate static let currency = text(
    "--currency", "CODE", member: "currency", "Default: the only currency, if there is just one.")
  fileprivate static let unit = timeUnit(member: nil)
  fileprivate static let by = list(
    "--by", "NAME", member: "by",
    """
    A column, channel, entry or property:KEY. A column is that of the visit's first event; country@event is that of the \
    event with the amount. May be repeated.
    """
  ) { text in [breakdownValue(text)] }
  fileprivate static let limit = ReportFlag("--limit", "NUMBER", member: "limit", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let rest = on("--rest", member: "rest")
  fileprivate static let metrics = on("--metrics", member: "metrics")
  fileprivate static let total = on("--total", member: "chart", value: "total")
  fileprivate static let amount = text("--amount", "KEY", member: "amount", "")
  fileprivate static let currencyKey = text("--currency-key", "KEY", member: "currencyKey", "")
}

/// Parses a dimension, and whose it is: `country`, `country@event`.
private func breakdownValue(_ text: String) -> JSONValue {
  let scalars = text.unicodeScalars
  for place in ["event", "visit"] where scalars.reversed().starts(with: "@\(place)".unicodeScalars.reversed())
  {
    let name = String(scalars.dropLast(place.unicodeScalars.count + 1))
    return ["name": .string(name), "at": .string(place)]
  }
  return ["name": .string(text)]
}

/// The total, the chart, the countries, and all currencies.
private func revenueText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let currencies = result["table"]?.array ?? []
  guard !currencies.isEmpty else { return "" }
  let total = result["total"] ?? nil
  let sum = numberText(total["sum"] ?? 0, decimals: decimals([total["sum"] ?? 0]))
  let events = countText(total["count"]?.wholeNumber ?? 0, "event")
  let visitors = countText(total["unique_count"]?.wholeNumber ?? 0, "visitor")
  let parts = [
    "\(sum) \(displayable(context.params["currency"]?.string ?? "")) from \(events) of \(visitors)\n"
      + ratesText(total),
    chartText(result["chart"]?.array ?? [], context, canvas),
    listsText(
      [
        (
          "country",
          (result["country"]?.array ?? []).map { (name: $0["name"] ?? "", value: $0["value"] ?? 0) }
        )
      ],
      counting: "amount", canvas),
    (result["by"]?.array ?? []).map { breakdownText($0, canvas) }.filter { !$0.isEmpty }.joined(
      separator: "\n"),
    currencyTable(currencies, canvas),
  ]
  return parts.filter { !$0.isEmpty }.joined(separator: "\n")
}

/// A line of averages, gross and refunds; empty unless metrics were asked for.
private func ratesText(_ total: JSONValue) -> String {
  guard let visitors = total["visitors"]?.wholeNumber else { return "" }
  func amount(_ name: String) -> String {
    total[name].flatMap { $0.double == nil ? nil : hundredthsText($0) } ?? "-"
  }
  let payers = rate(total["unique_count"], of: visitors).map { ", \(percentText($0)) of them buyers" } ?? ""
  return "\(amount("average")) an event, \(amount("perPayer")) a buyer, \(amount("perVisitor")) for each of "
    + "\(countText(visitors, "visitor"))\(payers); gross \(amount("gross")), refunds \(amount("refunds"))\n"
}

private func rate(_ part: JSONValue?, of whole: Int64) -> Double? {
  guard whole > 0, let part = part?.wholeNumber else { return nil }
  return Double(part) / Double(whole)
}

/// A row for each value of a dimension; empty if there are none.
private func breakdownText(_ by: JSONValue, _ canvas: Canvas) -> String {
  let rows = (by["rows"]?.array ?? []) + [by["rest"]].compactMap(\.self)
  guard !rows.isEmpty else { return "" }
  let places = decimals(rows.map { $0["sum"] ?? 0 })
  let hasMetrics = rows[0]["average"] != nil
  var columns: [Table.Column] = [.text(displayable(by["name"]?.string ?? ""))]
  columns += ["sum", "events", "buyers"].map(Table.Column.number)
  if hasMetrics { columns += ["an event", "a buyer", "refunds"].map(Table.Column.number) }
  var table = Table(columns + [.bar])
  let largest = max(rows.compactMap { $0["sum"]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for row in rows {
    var cells: [Table.Cell] = [
      row["rest"] == true ? .faint("(others)") : nameText(row["name"]),
      .text(numberText(row["sum"] ?? 0, decimals: places)), .text(numberText(row["count"] ?? 0)),
      .text(numberText(row["unique_count"] ?? 0)),
    ]
    if hasMetrics {
      cells += ["average", "perPayer", "refunds"].map { name in
        .text(row[name].flatMap { $0.double == nil ? nil : hundredthsText($0) } ?? "")
      }
    }
    table.append(cells + [.bar((row["sum"]?.double ?? 0) / largest)])
  }
  return table.text(on: canvas)
}

private func chartText(_ points: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  guard !points.isEmpty else { return "" }
  let unit = context.params["dateRange"]?["unit"]?.string ?? "day"
  let amounts = points.map { $0["y"] ?? 0 }
  let decimals = decimals(amounts)
  let largest = max(amounts.compactMap(\.double).max() ?? 1, .leastNonzeroMagnitude)
  let isTotal = points[0]["count"] != nil
  var table = Table([
    .name(unit), isTotal ? .number("events") : .text("event"), .number("amount"), .bar,
  ])
  for point in points {
    table.append([
      .text(context.unitText(point["t"], unit)),
      isTotal ? .text(numberText(point["count"] ?? 0)) : nameText(point["x"]),
      .text(numberText(point["y"] ?? 0, decimals: decimals)),
      .bar((point["y"]?.double ?? 0) / largest),
    ])
  }
  return table.text(on: canvas)
}

private func currencyTable(_ currencies: [JSONValue], _ canvas: Canvas) -> String {
  let decimals = decimals(currencies.map { $0["sum"] ?? 0 })
  var table = Table([.text("currency"), .number("sum"), .number("events"), .number("visitors")])
  for row in currencies {
    table.append([
      nameText(row["currency"]), .text(numberText(row["sum"] ?? 0, decimals: decimals)),
      .text(numberText(row["count"] ?? 0)), .text(numberText(row["unique_count"] ?? 0)),
    ])
  }
  return table.text(on: canvas)
}
