import JSON

/// Tables of names and numbers with columns of the same width; empty tables are omitted.
func listsText(
  _ lists: [(title: String, rows: [(name: JSONValue, value: JSONValue)])], counting unit: String,
  _ canvas: Canvas
) -> String {
  let lists = lists.filter { !$0.rows.isEmpty }
  let values = lists.flatMap { $0.rows.map(\.value) }
  let largest = max(values.compactMap(\.double).max() ?? 1, .leastNonzeroMagnitude)
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
        .bar((row.value.double ?? 0) / largest),
      ])
    }
    return table.text(on: canvas)
  }.joined(separator: "\n")
}
