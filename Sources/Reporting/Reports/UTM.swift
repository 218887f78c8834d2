import JSON

extension ReportDefinition {
  static let utm = ReportDefinition(
    name: "utm", title: "Campaign parameters", ownFlags: [.metrics, .scope, .keys],
    example: "utm store.db --from 30d --filter country=DE",
    settings: { $0.param("scope") == "visit" ? ["by visit"] : [] }, text: { utmText($0, $1, $2) },
    figures: utmFigures)
}

extension ReportFlag {
  fileprivate static let metrics = on("--metrics", member: "metrics")
  fileprivate static let scope = ReportFlag("--scope", "WHAT", member: "scope", "", words: ["visit"]) {
    text in [.string(text)]
  }
  fileprivate static let keys = list("--key", "NAME", member: "keys", "May be repeated.") {
    text in [.string(text)]
  }
}

/// What the values of a result count.
func campaignUnit(_ context: ReportContext) -> String {
  context.param("scope") == "visit" ? "visits" : "views"
}

/// A table for each parameter, with a bar of the pageviews of each value.
private func utmText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let parts = result.object?.members ?? []
  if context.params["metrics"] == true {
    return parts.map { campaignTable($0.name, $0.value.object?.members ?? [], canvas) }.joined(
      separator: "\n")
  }
  let lists = parts.map { part in
    (part.name, part.value.object?.members.map { (name: JSONValue.string($0.name), value: $0.value) } ?? [])
  }
  return listsText(lists, counting: campaignUnit(context), canvas)
}

/// A row for each value, with its views, visitors and visits.
private func campaignTable(_ name: String, _ values: [JSONObject.Member], _ canvas: Canvas) -> String {
  let numbers = ["views", "visitors", "visits"]
  var table = Table([.text(displayable(name))] + numbers.map(Table.Column.number) + [.bar])
  let largest = max(values.compactMap { $0.value["views"]?.double }.max() ?? 1, 1)
  for (value, row) in values {
    table.append(
      [nameText(.string(value))] + numbers.map { .text(numberText(row[$0] ?? 0)) }
        + [.bar((row["views"]?.double ?? 0) / largest)])
  }
  return table.text(on: canvas)
}
