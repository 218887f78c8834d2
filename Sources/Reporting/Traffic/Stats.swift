import JSON

extension ReportDefinition {
  static let stats = ReportDefinition(
    name: "stats", trafficMethod: "websites.stats", title: "Traffic", ownFlags: [.bounce],
    defaults: ["metrics": true, "compare": ["mode": "previous"]], comparison: .ownMember,
    example: "stats store.db --during last-month --compare year",
    emptyReason: { result in
      result["pageviews"]?.isBlank ?? true ? "there are no pageviews in this range" : nil
    }, text: { statsText($0, $2) },
    figures: statsFigures)
}

extension ReportFlag {
  static let bounce = ReportFlag(
    "--bounce", "WHICH", member: "bounce", "engaged or single.", words: bounces
  ) { text throws(FlagValueError) in
    guard bounces.contains(text) else {
      throw FlagValueError(sentence: "must be engaged or single, is \"\(text)\"")
    }
    return [.string(text)]
  }
}

private let bounces = ["engaged", "single"]

/// A row for each number, with that of the range that it is compared with and the change.
private func statsText(_ result: JSONValue, _ canvas: Canvas) -> String {
  var table = Table([.name(""), .number("now"), .number("before"), .number("change")])
  for metric in MetricFormat.ofStats {
    let (now, before) = (result[metric.name] ?? nil, result["comparison"]?[metric.name] ?? nil)
    let change: String? =
      switch (now.double, before.double) {
      case (let now?, let before?): changeText(now, from: before)
      default: nil
      }
    table.append([
      .text(metric.title), .text(metric.text(now)), .text(metric.text(before)), .text(change ?? ""),
    ])
  }
  return table.text(on: canvas)
}
