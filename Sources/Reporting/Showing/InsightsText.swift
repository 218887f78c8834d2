import JSON

/// A row a group, with a bar of its pageviews.
func insightsText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  // A field that is asked for twice is one column.
  var fields: [String] = []
  for field in context.params["fields"]?.array?.compactMap({ $0["name"]?.string }) ?? []
  where !fields.contains(field) {
    fields.append(field)
  }
  let numbers = ["views", "visitors", "visits", "bounces"]
  var table = Table(fields.map(Table.Column.text) + (numbers + ["time"]).map(Table.Column.number) + [.bar])
  let most = rows.compactMap { $0["views"]?.double }.max() ?? 1
  for row in rows {
    table.append(
      fields.map { nameText(row[$0]) } + numbers.map { .text(numberText(row[$0] ?? 0)) }
        + [.text(durationText(row["totaltime"]?.wholeNumber ?? 0)), .bar((row["views"]?.double ?? 0) / most)])
  }
  return table.text(on: canvas)
}
