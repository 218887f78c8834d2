import JSON

extension ReportKind {
  static let goals = ReportKind(
    name: "goals", title: "Goals",
    ownFlags: [.goals], required: [("--goal", 1, "--goal url:/pricing=100")],
    example: "goals store.db --goal url:/pricing=100 --goal sum:purchase:revenue=1000 --during 2026-03",
    emptiness: goalsEmptiness, text: { goalsText($0, $2) })
}

/// The goals for which nothing counts.
@Sendable private func goalsEmptiness(_ result: JSONValue) -> String? {
  let missed = (result.array ?? []).filter { $0["result"]?.isBlank ?? false }.map(stepText)
  guard !missed.isEmpty else { return nil }
  return "nothing in this range counts for \(missed.count == 1 ? "the goal" : "the goals") "
    + missed.joined(separator: ", ")
}

extension ReportFlag {
  fileprivate static let goals = list(
    "--goal", "WHAT=NUMBER", member: "goals",
    """
    A page url:/pricing=100, an event event:signup=20, or a property of an event sum:purchase:revenue=1000 (also \
    count, average); * matches any characters. May be repeated.
    """
  ) { text throws(FlagValueError) in [try goalValue(text)] }
}

/// Parses a goal: `url:/pricing=100`, `event:signup=20`, `sum:purchase:revenue=1000`.
private func goalValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let equals = text.lastIndex(of: "="), let goal = number(String(text[text.index(after: equals)...]))
  else {
    throw FlagValueError(
      sentence: "must end with the number that is wanted, as in url:/pricing=100, is \"\(text)\"")
  }
  guard let (type, value) = divided(String(text[..<equals])) else { throw unreadableGoal(text) }
  switch type {
  case "url", "path", "event": return ["type": .string(type), "value": .string(value), "goal": goal]
  case "count", "sum", "average":
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

/// A row for each goal, with a bar that is full if the goal is reached.
private func goalsText(_ result: JSONValue, _ canvas: Canvas) -> String {
  var table = Table([.text("goal"), .number("reached"), .number("wanted"), .number(""), .bar])
  for goal in result.array ?? [] {
    let (reached, wanted) = (goal["result"]?.double ?? 0, goal["goal"]?.double ?? 0)
    let share = wanted > 0 ? reached / wanted : nil
    table.append([
      .text(stepText(goal)), .text(roundedText(goal["result"] ?? 0)), .text(numberText(goal["goal"] ?? 0)),
      .text(share.map(percentText) ?? ""), .bar(share ?? 0),
    ])
  }
  return table.text(on: canvas)
}
