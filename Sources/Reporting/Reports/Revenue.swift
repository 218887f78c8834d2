import Calendar
import Engine
import JSON

extension ReportKind {
  static let revenue = ReportKind(
    name: "revenue", title: "Revenue",
    ownFlags: [.currency, .unit, .weekStart], needsCurrency: true,
    example: "revenue store.db --currency EUR --unit month --during 2026",
    settings: { [displayable($0.param("currency"))] }, text: { revenueText($0, $1, $2) },
    figures: revenueFigures)
}

extension ReportFlag {
  fileprivate static let currency = text(
    "--currency", "CODE", member: "currency", "Default: the only currency, if there is just one.")
  fileprivate static let unit = timeUnit(member: nil)
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
    "\(sum) \(displayable(context.params["currency"]?.string ?? "")) from \(events) of \(visitors)\n",
    chartText(result["chart"]?.array ?? [], context, canvas),
    listsText(
      [
        (
          "country",
          (result["country"]?.array ?? []).map { (name: $0["name"] ?? "", value: $0["value"] ?? 0) }
        )
      ],
      counting: "amount", canvas),
    currencyTable(currencies, canvas),
  ]
  return parts.filter { !$0.isEmpty }.joined(separator: "\n")
}

private func chartText(_ points: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  guard !points.isEmpty else { return "" }
  let unit = context.params["dateRange"]?["unit"]?.string ?? "day"
  let amounts = points.map { $0["y"] ?? 0 }
  let decimals = decimals(amounts)
  let largest = max(amounts.compactMap(\.double).max() ?? 1, .leastNonzeroMagnitude)
  var table = Table([.name(unit), .text("event"), .number("amount"), .bar])
  for point in points {
    table.append([
      .text(context.unitText(point["t"], unit)), nameText(point["x"]),
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
