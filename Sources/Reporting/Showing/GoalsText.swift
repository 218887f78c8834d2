import JSON

/// A row a goal, with a bar that is full where it is reached.
func goalsText(_ result: JSONValue, _ canvas: Canvas) -> String {
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
