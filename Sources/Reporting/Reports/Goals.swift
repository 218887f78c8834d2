import JSON

extension ReportDefinition {
  static let goals = ReportDefinition(
    name: "goals", title: "Goals",
    ownFlags: [.goals, .metrics, .trend, .by, .limit, .weekStart],
    required: [("--goal", 1, "--goal url:/pricing=100")],
    example: "goals store.db --goal url:/pricing=100 --goal sum:purchase:revenue=1000 --during 2026-03",
    emptyReason: goalsEmptiness, text: goalsText, figures: goalsFigures)
}

/// The goals for which nothing counts.
@Sendable private func goalsEmptiness(_ result: JSONValue) -> String? {
  let missed = (result.array ?? []).filter { $0["result"]?.isBlank ?? false }.map(matcherName)
  guard !missed.isEmpty else { return nil }
  return "nothing in this range counts for \(missed.count == 1 ? "the goal" : "the goals") "
    + missed.joined(separator: ", ")
}

extension ReportFlag {
  fileprivate static let goals = list(
    "--goal", "WHAT=NUMBER", member: "goals",
    """
    Events and how many of them, as in url:/pricing=100, or a property of an event, as in sum:purchase:revenue=1000 (also \
    count, average, minimum, maximum, median, distinct). Events are written as elsewhere: pageview:/pricing, \
    custom:signup, url:/pricing, event:signup, pageview, custom or every; * matches any characters. May be repeated.
    """
  ) { text throws(FlagValueError) in [try goalValue(text)] }
  fileprivate static let metrics = on("--metrics", member: "metrics")
  fileprivate static let trend = ReportFlag(
    "--trend", "UNIT", member: "trend", "minute, hour, day, week, month or year.",
    words: ["minute", "hour", "day", "week", "month", "year"]
  ) { text in [["unit": .string(text)]] }
  fileprivate static let by = ReportFlag(
    "--by", "NAME", member: "by", "A column, channel or entry; and all other values together."
  ) { text in [["name": .string(text), "rest": true]] }
  fileprivate static let limit = ReportFlag(
    "--limit", "NUMBER", member: "by/limit",
    "How many values --by shows, those with the highest result. Default: 20."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
}

/// Parses a goal: `url:/pricing=100`, `event:signup=20`, `sum:purchase:revenue=1000`.
private func goalValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let equals = text.lastIndex(of: "="), let goal = number(String(text[text.index(after: equals)...]))
  else {
    throw FlagValueError(
      sentence: "must end with the number that is wanted, as in url:/pricing=100, is \"\(text)\"")
  }
  if var matcher = (try? matcherValue(String(text[..<equals])))?.object {
    matcher["goal"] = goal
    return .object(matcher)
  }
  guard let (type, value) = divided(String(text[..<equals])) else { throw unreadableGoal(text) }
  switch type {
  case "count", "sum", "average", "minimum", "maximum", "median", "distinct":
    // Splits at the last colon, because event names contain colons more often than property names.
    guard let colon = value.lastIndex(of: ":") else { throw unreadableGoal(text) }
    return [
      "type": "event-data", "value": .string(String(value[..<colon])),
      "property": .string(String(value[value.index(after: colon)...])), "operator": .string(type),
      "goal": goal,
    ]
  default: throw unreadableGoal(text)
  }
}

private func unreadableGoal(_ text: String) -> FlagValueError {
  FlagValueError(
    sentence: """
      must be a page (url:/pricing=100), an event (event:signup=20) or a property of events \
      (sum:purchase:revenue=1000, also count and average), is "\(text)"
      """)
}

/// A row for each goal, with a bar that is full if the goal is reached; then what else was asked for.
@Sendable private func goalsText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let goals = result.array ?? []
  let hasVisitors = goals.contains { $0["rate"] != nil }
  var columns: [Table.Column] = [.text("goal"), .number("reached"), .number("wanted"), .number("")]
  if hasVisitors { columns += ["visitors", "of all", "visits"].map(Table.Column.number) }
  var table = Table(columns + [.bar])
  for goal in goals {
    let (reached, wanted) = (goal["result"]?.double ?? 0, goal["goal"]?.double ?? 0)
    let share = wanted > 0 ? reached / wanted : nil
    var cells: [Table.Cell] = [
      .text(matcherName(goal)), .text(roundedText(goal["result"] ?? 0)), .text(numberText(goal["goal"] ?? 0)),
      .text(share.map(percentText) ?? ""),
    ]
    if hasVisitors {
      cells += [
        .text(numberText(goal["visitors"] ?? 0)), .text(goal["rate"]?.double.map(percentText) ?? ""),
        .text(numberText(goal["visits"] ?? 0)),
      ]
    }
    table.append(cells + [.bar(share ?? 0)])
  }
  let parts =
    [table.text(on: canvas), trendText(goals, context, canvas)]
    + goals.map { valuesText($0, context, canvas) }
  return parts.filter { !$0.isEmpty }.joined(separator: "\n")
}

/// A line of bars for each goal, one for each unit.
private func trendText(_ goals: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  let unit = context.params["trend"]?["unit"]?.string ?? ""
  guard let points = goals.first?["trend"]?.array, let first = points.first, let last = points.last else {
    return ""
  }
  var table = Table([.text("goal"), .number("lowest"), .number("highest"), .name("reached by \(unit)")])
  let width = max(10, canvas.width - 45)
  for goal in goals {
    let results = (goal["trend"]?.array ?? []).map { $0["result"] ?? 0 }
    let sorted = results.filter { $0.double != nil }.sorted { ($0.double ?? 0) < ($1.double ?? 0) }
    table.append([
      .text(matcherName(goal)), .text(sorted.first.map { roundedText($0) } ?? ""),
      .text(sorted.last.map { roundedText($0) } ?? ""),
      .text(Sparkline.text(results.map { $0.double ?? 0 }, width: width)),
    ])
  }
  let ends = [first, last].map {
    context.unitText($0["t"], unit) + ($0["complete"] == false ? "*" : "")
  }
  let note =
    points.contains { $0["complete"] == false } ? "* Only a part of this \(unit) is in the range.\n" : ""
  return table.text(on: canvas)
    + "\nEach line goes from \(ends[0]) to \(ends[1]) and has a scale of its own.\n" + note
}

/// A row for each value of the visits in which a goal was reached.
private func valuesText(_ goal: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  guard let values = goal["by"]?.array, !values.isEmpty else { return "" }
  let name = displayable(context.params["by"]?["name"]?.string ?? "")
  var table = Table([
    .text(name), .number("reached"), .number("visitors"), .number("of"), .number(""), .bar,
  ])
  let largest = max(values.compactMap { $0["result"]?.double }.max() ?? 1, 1)
  for value in values {
    table.append([
      value["rest"] == true ? .faint("(others)") : nameText(value["value"]),
      .text(numberText(value["result"] ?? 0)), .text(numberText(value["visitors"] ?? 0)),
      .text(numberText(value["total"] ?? 0)), .text(value["rate"]?.double.map(percentText) ?? ""),
      .bar((value["result"]?.double ?? 0) / largest),
    ])
  }
  return canvas.styled(matcherName(goal), .strong) + "\n" + table.text(on: canvas)
}
