import Engine
import JSON

extension ReportKind {
  static let insights = ReportKind(
    name: "insights", title: "Insights",
    ownFlags: [.fields], required: [("--field", 1, "--field country")],
    example: "insights store.db --field country,device --from last-month",
    emptiness: { $0.isBlank ? "there are no events in this range" : nil }, text: { insightsText($0, $1, $2) })
}

extension ReportFlag {
  fileprivate static let fields = list(
    "--field", "NAMES", member: "fields",
    """
    One name or several with commas (country,device): url, referrer, title, query, host, os, browser, device, screen, \
    country, region, city, language, event, tag, utm_source, utm_medium, utm_campaign, utm_content, utm_term, distinctId.
    """,
    words: TextColumn.allCases.map { $0.requestNames[0] }
  ) { text in
    text.split(separator: ",", omittingEmptySubsequences: false).map { ["name": .string(trimmed($0))] }
  }
}

/// A row for each group, with a bar of its pageviews.
private func insightsText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let rows = result.array ?? []
  guard !rows.isEmpty else { return "" }
  // A field that is requested twice is displayed once.
  var fields: [String] = []
  for field in context.params["fields"]?.array?.compactMap({ $0["name"]?.string }) ?? []
  where !fields.contains(field) {
    fields.append(field)
  }
  let numbers = ["views", "visitors", "visits", "bounces"]
  var table = Table(fields.map(Table.Column.text) + (numbers + ["time"]).map(Table.Column.number) + [.bar])
  let largest = rows.compactMap { $0["views"]?.double }.max() ?? 1
  for row in rows {
    table.append(
      fields.map { nameText(row[$0]) } + numbers.map { .text(numberText(row[$0] ?? 0)) }
        + [
          .text(durationText(row["totaltime"]?.wholeNumber ?? 0)),
          .bar((row["views"]?.double ?? 0) / largest),
        ])
  }
  return table.text(on: canvas)
}
