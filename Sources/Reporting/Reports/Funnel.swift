import JSON

extension ReportKind {
  static let funnel = ReportKind(
    name: "funnel", title: "Funnel",
    ownFlags: [.steps, .window], required: [("--step", 2, "--step url:/ --step url:/pricing")],
    defaults: ["window": 60],
    example: "funnel store.db --step url:/ --step url:/pricing --window 30 --during 2026-03",
    settings: { ["within \($0.param("window")) minutes from step to step"] }, emptiness: funnelEmptiness,
    text: { funnelText($0, $2) })
}

/// The first step that nobody reached.
@Sendable private func funnelEmptiness(_ result: JSONValue) -> String? {
  let steps = result.array ?? []
  guard let index = steps.firstIndex(where: { $0["visitors"]?.isBlank ?? false }) else { return nil }
  return "no visitor reached step \(index + 1), \(stepText(steps[index])), in this range"
}

extension ReportFlag {
  fileprivate static let steps = list(
    "--step", "TYPE:VALUE", member: "steps",
    "A page url:/pricing or an event event:signup; * matches any characters, \\* a star. Repeat it for each step."
  ) { text throws(FlagValueError) in [try stepValue(text)] }
  fileprivate static let window = ReportFlag(
    "--window", "TIME", member: "window",
    "Also a time such as 30m, 2h, 7d. Default: 60."
  ) { text throws(FlagValueError) in [try minutesValue(text)] }
}

/// Parses a duration into minutes: `30`, `30m`, `2h`, `7d`.
private func minutesValue(_ text: String) throws(FlagValueError) -> JSONValue {
  let minutes: [Character: Double] = ["m": 1, "h": 60, "d": 24 * 60]
  if let number = number(text) { return number }
  if let unit = text.last, let factor = minutes[unit], let count = number(String(text.dropLast()))?.double {
    let product = count * factor
    guard product.isFinite else {
      throw FlagValueError(sentence: "must be a time that a number of minutes can hold, is \"\(text)\"")
    }
    return Int64(exactly: product).map(JSONValue.integer) ?? .double(product)
  }
  throw FlagValueError(sentence: "must be minutes, or a time such as 30m, 2h, 7d, is \"\(text)\"")
}

/// A row for each step, with a bar of the remaining visitors.
private func funnelText(_ result: JSONValue, _ canvas: Canvas) -> String {
  var table = Table([
    .number(""), .text("step"), .number("visitors"), .number("of first"), .number("lost"),
    .number("of previous"), .bar,
  ])
  for (index, step) in (result.array ?? []).enumerated() {
    let isFirst = index == 0
    let remaining = step["remaining"]?.double
    table.append([
      .faint("\(index + 1)"), .text(stepText(step)), .text(numberText(step["visitors"] ?? 0)),
      .text(remaining.map(percentText) ?? ""),
      .text(isFirst ? "" : numberText(step["dropped"] ?? 0)),
      .text(step["dropoff"]?.double.map(percentText) ?? ""), .bar(remaining ?? 0),
    ])
  }
  return table.text(on: canvas)
}
