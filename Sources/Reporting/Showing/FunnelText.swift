import JSON

/// A row a step, with a bar of the visitors that are left.
func funnelText(_ result: JSONValue, _ canvas: Canvas) -> String {
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
