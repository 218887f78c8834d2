import JSON

/// A table a parameter, with a bar of the pageviews that each value came with.
func utmText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let parts = (result.object?.members ?? []).map { part in
    (part.name, part.value.object?.members.map { (name: JSONValue.string($0.name), value: $0.value) } ?? [])
  }
  return listsText(parts, counting: "views", canvas)
}

/// What was converted, and a table a kind of source.
func attributionText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let total = result["total"]
  func count(_ member: String, _ one: String) -> String { countText(total?[member]?.wholeNumber ?? 0, one) }
  guard total?["pageviews"] != 0 else { return "" }
  let conversions =
    "\(count("pageviews", "conversion")) by \(count("visitors", "visitor")) in \(count("visits", "visit"))\n"
  let parts = (result.object?.members ?? []).compactMap { part in
    part.value.array.map { list in
      (part.name, list.map { (name: $0["name"] ?? "", value: $0["value"] ?? 0) })
    }
  }
  let currency = context.params["currency"]?.string ?? ""
  let lists = listsText(parts, counting: currency.isEmpty ? "visitors" : displayable(currency), canvas)
  return conversions + (lists.isEmpty ? "" : "\n\(lists)")
}

/// Tables of names and numbers in columns of one width; empty ones are left out.
func listsText(
  _ lists: [(title: String, rows: [(name: JSONValue, value: JSONValue)])], counting unit: String,
  _ canvas: Canvas
) -> String {
  let lists = lists.filter { !$0.rows.isEmpty }
  let values = lists.flatMap { $0.rows.map(\.value) }
  let most = max(values.compactMap(\.double).max() ?? 1, .leastNonzeroMagnitude)
  let decimals = decimals(values)
  let names = lists.flatMap { list in [list.title] + list.rows.map { displayable($0.name.string ?? "") } }
  let width = names.map(displayWidth).max() ?? 0
  let numberWidth = values.map { displayWidth(numberText($0, decimals: decimals)) }.max() ?? 0
  return lists.map { list in
    var table = Table([
      .text(padded(list.title, to: width, .left)), .number(padded(unit, to: numberWidth, .right)), .bar,
    ])
    for row in list.rows {
      table.append([
        nameText(row.name), .text(numberText(row.value, decimals: decimals)),
        .bar((row.value.double ?? 0) / most),
      ])
    }
    return table.text(on: canvas)
  }.joined(separator: "\n")
}
