import JSON

extension ReportDefinition {
  static let funnel = ReportDefinition(
    name: "funnel", title: "Funnel",
    ownFlags: [
      .steps, .window, .totalWindow, .exclusions, .order, .distinct, .scope, .open, .breakdown, .place,
      .values,
      .timing, .trend, .weekStart, .next,
    ], required: [("--step", 2, "--step url:/ --step url:/pricing")],
    defaults: ["window": 60],
    replacedDefaults: ["window": { $0.isGiven(.totalWindow) || $0.isInAnyOrder }],
    combinationError: funnelCombination,
    example: "funnel store.db --step url:/ --step url:/pricing --window 30 --during 2026-03",
    settings: funnelSettings, emptyReason: funnelEmptiness, text: { funnelText($0, $1, $2) },
    figures: funnelFigures)
}

@Sendable private func funnelSettings(_ context: ReportContext) -> [String] {
  let params = context.params
  let window = params["window"].flatMap {
    $0 == .null ? nil : $0 == 1 ? "1 minute" : "\($0.description) minutes"
  }
  let totalWindow = params["totalWindow"]?.double.map { timeText(Int64(min($0 * 60_000, 1e15))) }
  let settings: [String?] = [
    window.map { "within \($0) from step to step" }, totalWindow.map { "within \($0) in all" },
    params["order"] == "strict" ? "nothing between steps" : nil,
    params["order"] == "any" ? "in any order" : nil,
    params["distinct"] == true ? "an event for each step" : nil,
    params["scope"] == "visit" ? "in one visit" : nil, params["open"] == true ? "from any step" : nil,
  ]
  return settings.compactMap(\.self)
    + (params["exclusions"]?.array ?? []).map { exclusion in
      let steps = ["from", "to"].compactMap { exclusion[$0]?.description }
      return "without \(matcherName(exclusion))"
        + (steps.isEmpty ? "" : " between steps \(steps.joined(separator: " and "))")
    }
}

extension ReportArguments {
  fileprivate var isInAnyOrder: Bool { values[ReportFlag.order.name]?.first == "any" }
}

/// What the steps, the order and other flags exclude.
@Sendable private func funnelCombination(_ arguments: ReportArguments) -> FlagError? {
  if arguments.isInAnyOrder, !arguments.isGiven(.totalWindow) {
    return FlagError(flag: "--order", sentence: "any needs --within, for example --within 1h")
  }
  let steps = arguments.values[ReportFlag.steps.name] ?? []
  for (index, step) in steps.enumerated() where step["optional"] == true {
    let isBetween = 0 < index && index < steps.count - 1
    let reason: String? =
      if arguments.isInAnyOrder { "together with --order any" } else if arguments.isGiven(.open) {
        "together with --open"
      } else { isBetween ? nil : "because only steps between the first and the last are optional" }
    if let reason {
      let name = displayable("\(matcherName(step))?")
      return FlagError(
        flag: "--step", sentence: "\(name) must not end with a ?, which makes it optional, \(reason)")
    }
  }
  return nil
}

/// The first step that nobody reached.
@Sendable private func funnelEmptiness(_ result: JSONValue) -> String? {
  let steps = stepsOfFunnel(result)
  guard let index = steps.firstIndex(where: { $0["visitors"]?.isBlank ?? false }) else { return nil }
  return "no visitor reached step \(index + 1), \(matcherName(steps[index])), in this range"
}

func stepsOfFunnel(_ result: JSONValue) -> [JSONValue] {
  result.array ?? result["steps"]?.array ?? []
}

// MARK: - Flags

extension ReportFlag {
  fileprivate static let steps = list(
    "--step", "TYPE:VALUE", member: "steps",
    """
    \(matcherHelp) Repeat it for each step. A ? at the end, as in 'url:/pricing?', makes it optional: visitors may leave \
    it out; \\? is a question mark.
    """
  ) { text throws(FlagValueError) in [try funnelStepValue(text)] }
  fileprivate static let window = ReportFlag(
    "--window", "TIME", member: "window",
    """
    The time that a visitor has from each step to the next: minutes, or a time such as 30m, 2h, 7d; none for no bound. \
    Default: 60, or none with --within.
    """
  ) { text throws(FlagValueError) in try text == "none" ? [.null] : [minutesValue(text)] }.describingPurpose()
  fileprivate static let totalWindow = ReportFlag(
    "--within", "TIME", member: "totalWindow", "Minutes, or a time such as 30m, 2h, 7d."
  ) { text throws(FlagValueError) in [try minutesValue(text)] }
  fileprivate static let exclusions = list(
    "--exclude", "TYPE:VALUE", member: "exclusions",
    """
    Events that must not happen between steps, written like --step. Between two of the steps with their numbers at the \
    end, as in 'custom:signup@1-2'; \\@ is an @. Default: between the first and the last. May be repeated.
    """
  ) { text throws(FlagValueError) in [try exclusionValue(text)] }.describingPurpose()
  fileprivate static let order = words(
    "--order", "ORDER", member: "order", ["strict", "any"],
    """
    strict: no other event between two steps. any: the steps in any order within the time of --within; step k counts \
    visitors with k different ones.
    """
  ).describingPurpose()
  fileprivate static let distinct = on("--distinct", member: "distinct")
  fileprivate static let scope = words("--scope", "SCOPE", member: "scope", ["visit"])
  fileprivate static let open = on("--open", member: "open")
  fileprivate static let breakdown = ReportFlag(
    "--breakdown", "NAME", member: "breakdown",
    "Such as channel, country, entry or property:plan; all other values have a row together."
  ) { text in [["name": .string(text), "rest": true]] }
  fileprivate static let place = words(
    "--at", "PLACE", member: "breakdown/at", ["first", "last", "visit"],
    "Whose value --breakdown takes: that of the visitor's first or last event in the funnel, or of the visit of the first. Default: first."
  )
  fileprivate static let values = ReportFlag(
    "--limit", "NUMBER", member: "breakdown/limit",
    "How many values --breakdown shows, those with the most visitors. Default: 20."
  ) { text throws(FlagValueError) in [try numberValue(text)] }
  fileprivate static let timing = on("--timing", member: "timing")
  fileprivate static let trend = ReportFlag(
    "--trend", "UNIT", member: "trend", "minute, hour, day, week, month or year.",
    words: ["minute", "hour", "day", "week", "month", "year"]
  ) { text in [["unit": .string(text)]] }
  fileprivate static let next = on("--next", member: "next", value: [:])

  /// A flag whose value is one of a few words.
  private static func words(
    _ name: String, _ placeholder: String, member: String, _ words: [String], _ syntax: String? = nil
  ) -> ReportFlag {
    ReportFlag(
      name, placeholder, member: member, syntax ?? "\(words.joined(separator: " or ")).", words: words
    ) { text throws(FlagValueError) in
      guard words.contains(text) else {
        throw FlagValueError(sentence: "must be \(words.joined(separator: " or ")), is \"\(text)\"")
      }
      return [.string(text)]
    }
  }
}

/// Parses a step that may end with a `?`.
private func funnelStepValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard text.hasSuffix("?") else { return try matcherValue(text) }
  let value = String(text.dropLast())
  if value.hasSuffix("\\") { return try matcherValue(value.dropLast() + "?") }
  var step = try matcherValue(value).object ?? JSONObject()
  step["optional"] = true
  return .object(step)
}

/// Parses a matcher that may end with the numbers of two steps: `custom:signup@1-2`.
private func exclusionValue(_ text: String) throws(FlagValueError) -> JSONValue {
  let bytes = Array(text.utf8)
  guard let sign = bytes.lastIndex(of: UInt8(ascii: "@")) else { return try matcherValue(text) }
  let isEscaped = sign > 0 && bytes[sign - 1] == UInt8(ascii: "\\")
  if isEscaped {
    return try matcherValue(String(decoding: bytes[..<(sign - 1)] + bytes[sign...], as: UTF8.self))
  }
  let steps = bytes[(sign + 1)...].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    .map { Int64(String(decoding: $0, as: UTF8.self)) }
  guard steps.count == 2, let from = steps[0], let to = steps[1] else { return try matcherValue(text) }
  var exclusion = try matcherValue(String(decoding: bytes[..<sign], as: UTF8.self)).object ?? JSONObject()
  exclusion["from"] = .integer(from)
  exclusion["to"] = .integer(to)
  return .object(exclusion)
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

// MARK: - Text

/// A row for each step, with a bar of the remaining visitors; then what else was asked for.
private func funnelText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let steps = stepsOfFunnel(result)
  let breakdown = result["breakdown"]?.array.map { breakdownText($0, context, canvas) }
  let trend = result["trend"]?.array.map { trendText($0, context, canvas) }
  return
    ([stepsText(steps, canvas), timingText(steps, canvas), breakdown, trend] + [nextText(steps, canvas)])
    .compactMap(\.self).joined(separator: "\n")
}

private func stepsText(_ steps: [JSONValue], _ canvas: Canvas) -> String {
  let (isOpen, hasVisits) = (steps.first?["continued"] != nil, steps.first?["visits"] != nil)
  var columns: [Table.Column] = [.number(""), .text("step"), .number("visitors")]
  if hasVisits { columns.append(.number("visits")) }
  if isOpen { columns.append(.number("entered here")) }
  columns += [.number("of first"), .number("lost"), .number("of previous"), .bar]
  var table = Table(columns)
  for (index, step) in steps.enumerated() {
    let isFirst = index == 0
    let remaining = step["remaining"]?.double
    var cells: [Table.Cell] = [
      .faint("\(index + 1)"), .text(stepName(step)), .text(numberText(step["visitors"] ?? 0)),
    ]
    if hasVisits { cells.append(.text(numberText(step["visits"] ?? 0))) }
    if isOpen { cells.append(.text(numberText(step["entered"] ?? 0))) }
    table.append(
      cells + [
        .text(remaining.map(percentText) ?? ""), .text(isFirst ? "" : numberText(step["dropped"] ?? 0)),
        .text(step["dropoff"]?.double.map(percentText) ?? ""), .bar(remaining ?? 0),
      ])
  }
  return table.text(on: canvas)
}

/// A step as the flags have it.
func stepName(_ step: JSONValue) -> String {
  matcherName(step) + (step["optional"] == true ? "?" : "")
}

/// A row for each step from the second on, with the times of those who reached it.
private func timingText(_ steps: [JSONValue], _ canvas: Canvas) -> String? {
  guard steps.contains(where: { $0["timing"] != nil }) else { return nil }
  var table = Table([
    .number(""), .text("time to"), .number("median"), .number("90% within"), .number("longest"),
    .number("from first"),
  ])
  for (index, step) in steps.enumerated().dropFirst() {
    func text(_ from: String, _ name: String) -> Table.Cell {
      .text(step["timing"]?[from]?[name]?.wholeNumber.map(timeText) ?? "")
    }
    table.append([
      .faint("\(index + 1)"), .text(stepName(step)), text("fromPrevious", "median"),
      text("fromPrevious", "p90"),
      text("fromPrevious", "maximum"), text("fromFirst", "median"),
    ])
  }
  return table.text(on: canvas)
}

/// The two largest units of a time in milliseconds: `2 m 10 s`.
func timeText(_ milliseconds: Int64) -> String {
  if milliseconds < 1000 { return "\(milliseconds) ms" }
  var seconds = milliseconds / 1000
  var parts: [String] = []
  for (unit, length) in [("d", Int64(86_400)), ("h", 3600), ("m", 60), ("s", 1)] {
    let count = seconds / length
    seconds %= length
    if count > 0 { parts.append("\(numberText(count)) \(unit)") }
    if !parts.isEmpty, length == 1 || count == 0 || parts.count == 2 { break }
  }
  return parts.joined(separator: " ")
}

/// More steps than this have no column of their own in a breakdown.
private let shownSteps = 6

/// A row for each value, with the visitors of each step.
private func breakdownText(_ rows: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  guard let count = rows.first?["steps"]?.array?.count else { return "No values.\n" }
  let shown = count <= shownSteps ? Array(0..<count) : [0, count - 1]
  let name = displayable(context.params["breakdown"]?["name"]?.string ?? "")
  var table = Table(
    [.text(name)] + shown.map { .number("step \($0 + 1)") } + [.number("of first"), .bar])
  for row in rows {
    let steps = row["steps"]?.array ?? []
    let remaining = steps.last?["remaining"]?.double
    table.append(
      [row["rest"] == true ? .faint("(others)") : nameText(row["value"])]
        + shown.map { .text(numberText(steps[$0]["visitors"] ?? 0)) }
        + [.text(remaining.map(percentText) ?? ""), .bar(remaining ?? 0)])
  }
  return table.text(on: canvas)
}

/// Who entered and who reached the last step, as sparklines over the units of the range.
private func trendText(_ buckets: [JSONValue], _ context: ReportContext, _ canvas: Canvas) -> String {
  let unit = context.params["trend"]?["unit"]?.string ?? "day"
  var table = Table([.name(""), .number("lowest"), .number("highest"), .name("by \(unit)")])
  let width = max(10, canvas.width - 35)
  func add(_ title: String, _ member: String, _ text: (Double) -> String) {
    let numbers = buckets.map { $0[member]?.double ?? 0 }
    // A unit that nobody entered has no rate, so it is neither the lowest nor the highest.
    let known = buckets.compactMap { $0[member]?.double }
    table.append([
      .text(title), .text(known.min().map(text) ?? ""), .text(known.max().map(text) ?? ""),
      .text(Sparkline.text(numbers, width: width)),
    ])
  }
  add("entered", "entered") { numberText(Int64($0)) }
  add("converted", "converted") { numberText(Int64($0)) }
  add("rate", "rate", percentText)
  let ends = [buckets.first, buckets.last].map { context.unitText($0?["t"], unit) }
  var note = "Each line goes from \(ends[0]) to \(ends[1]) and has a scale of its own."
  let open = buckets.count { $0["complete"] == false }
  if open > 0 { note += " Later events may still change \(open) of \(buckets.count)." }
  return table.text(on: canvas) + "\n" + note + "\n"
}

/// What visitors did after the step at which they stopped.
private func nextText(_ steps: [JSONValue], _ canvas: Canvas) -> String? {
  guard steps.contains(where: { $0["next"] != nil }) else { return nil }
  var table = Table([.number(""), .text("next, instead of going on"), .number("visitors")])
  for (index, step) in steps.enumerated() {
    for next in step["next"]?.array ?? [] {
      let item: Table.Cell = next["item"] == .null ? .faint("(nothing)") : nameText(next["item"])
      table.append([.faint("\(index + 1)"), item, .text(numberText(next["visitors"] ?? 0))])
    }
  }
  return table.text(on: canvas)
}
