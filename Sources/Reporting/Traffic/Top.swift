import JSON

extension ReportDefinition {
  static let top = ReportDefinition(
    name: "top", trafficMethod: "websites.metrics", title: "Top values",
    ownFlags: [.dimension, .expanded, .rows, .skip, .search],
    defaults: ["type": "path", "limit": 20], comparison: .merged,
    methodFlag: ("--expanded", "websites.metrics.expanded"),
    example: "top store.db --type referrer --during last-month",
    settings: topSettings, emptyReason: { $0.isBlank ? "nothing in this range has a value" : nil },
    text: topText, figures: topFigures)
}

extension ReportFlag {
  fileprivate static let dimension = ReportFlag(
    "--type", "NAME", member: "type", "Default: path.", words: dimensions
  ) { text in [.string(text)] }
  fileprivate static let expanded = ReportFlag(
    "--expanded", nil, member: nil,
    "Visitors, visits, pageviews, bounces and time of each value; for events, pageviews are their number."
  ) { _ in [true] }
  fileprivate static let rows = ReportFlag(
    "--limit", "NUMBER", member: "limit", "On the command line the default is 20."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
  fileprivate static let skip = ReportFlag("--offset", "NUMBER", member: "offset", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let search = text("--search", "TEXT", member: "search", "")
}

private let dimensions = [
  "path", "fullPath", "entry", "exit", "referrer", "domain", "title", "query", "tag", "hostname", "utmSource",
  "utmMedium", "utmCampaign", "utmContent", "utmTerm", "channel", "browser", "os", "device", "screen",
  "language",
  "country", "region", "city", "distinctId", "event", "property:",
]

@Sendable private func topSettings(_ context: ReportContext) -> [String] {
  let search = context.param("search")
  return ["by \(displayable(context.param("type")))"]
    + (search.isEmpty ? [] : ["with \"\(displayable(search))\""])
}

/// A row for each value, with a bar of its visitors or events.
@Sendable private func topText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  return
    (context.arguments.method == ReportDefinition.top.method
    ? numbersText(rows, context, canvas) : expandedText(rows, context, canvas))
    + limitNote(rows, context)
}

private func limitNote(_ rows: [JSONValue], _ context: ReportContext) -> String {
  let limit = context.params["limit"]?.wholeNumber ?? 0
  return Int64(rows.count) < limit
    ? "" : "\nThe first \(countText(limit, "value")); --limit shows more.\n"
}

/// A row for each value, with all its numbers.
private func expandedText(_ rows: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  let places = rows.contains { $0["country"] != nil }
  let metrics = ["visitors", "visits", "pageviews", "bounces", "totaltime"].compactMap(MetricFormat.init)
  let compared = context.comparison.map { _ in ComparedValues(context, name: "name") }
  var columns: [Table.Column] = [.text(displayable(context.param("type")))]
  if places { columns.append(.text("country")) }
  columns.append(.number(metrics[0].title))
  if compared != nil { columns += [.number("before"), .number("change")] }
  var table = Table(columns + metrics.dropFirst().map { .number($0.title) } + [.spareBar])
  let largest = max(rows.compactMap { $0["visitors"]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for row in rows {
    var cells = [nameText(row["name"])]
    if places { cells.append(nameText(row["country"])) }
    let number = row["visitors"]?.double ?? 0
    cells.append(.text(metrics[0].text(row["visitors"])))
    if let compared {
      let before = compared.number(row) { $0["visitors"] }
      cells += [
        .text(before.map { numberText($0) } ?? ""),
        .text(before?.double.map { changeText(number, from: $0) } ?? ""),
      ]
    }
    table.append(
      cells + metrics.dropFirst().map { .text($0.text(row[$0.name])) } + [.bar(number / largest)])
  }
  return table.text(on: canvas)
}

/// A row for each value, with its visitors or events.
private func numbersText(_ rows: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  let type = context.param("type")
  let places = rows.contains { $0["country"] != nil }
  let compared = context.comparison?.array
  var columns: [Table.Column] = [.text(displayable(type))]
  if places { columns.append(.text("country")) }
  columns.append(.number(type == "event" ? "events" : "visitors"))
  if compared != nil { columns += [.number("before"), .number("change")] }
  var table = Table(columns + [.bar])
  let largest = max(rows.compactMap { $0["y"]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for (index, row) in rows.enumerated() {
    var cells = [nameText(row["x"])]
    if places { cells.append(nameText(row["country"])) }
    let number = row["y"]?.double ?? 0
    cells.append(.text(numberText(row["y"] ?? 0)))
    if let compared {
      let before = index < compared.count ? compared[index]["y"] ?? 0 : 0
      cells += [.text(numberText(before)), .text(changeText(number, from: before.double ?? 0))]
    }
    table.append(cells + [.bar(number / largest)])
  }
  return table.text(on: canvas)
}
