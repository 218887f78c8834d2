import Engine
import JSON

extension ReportDefinition {
  static let insights = ReportDefinition(
    name: "insights", title: "Insights",
    ownFlags: [
      .by, .fields, .scope, .events, .metrics, .bounce, .order, .having, .rows, .skip, .goals, .rest, .total,
      .weekStart,
    ],
    required: [("--by", 1, "--by country")], comparison: .merged,
    example: "insights store.db --by channel --scope visit --metrics visitors,bounceRate --from last-month",
    settings: insightsSettings,
    emptyReason: { result in
      (result["rows"] ?? result).isBlank ? "there are no events in this range" : nil
    }, text: { insightsText($0, $1, $2) }, figures: insightsFigures)
}

private let fieldNames =
  TextColumn.allCases.map { $0.requestNames[0] } + [
    "type", "channel", "entry", "exit", "time:hour", "time:day", "time:week", "time:month", "time:year",
    "hour",
    "weekday", "property:",
  ]

private let metricNames = MetricFormat.ofInsights.map(\.name)

extension ReportFlag {
  fileprivate static let by = list(
    "--by", "NAMES", member: "fields", "One name or several with commas (weekday,hour).", words: fieldNames,
    read: fieldValues)
  fileprivate static let fields = list(
    "--field", "NAMES", member: "fields", "The same as --by.", words: fieldNames, read: fieldValues)
  fileprivate static let scope = ReportFlag(
    "--scope", "WHAT", member: "scope", "", words: ["event", "visit"]
  ) {
    text in [.string(text)]
  }
  fileprivate static let events = ReportFlag("--of", "TYPE:VALUE", member: "of", matcherHelp) {
    text throws(FlagValueError) in [try matcherValue(text)]
  }
  fileprivate static let metrics = list(
    "--metrics", "NAMES", member: "metrics", "One name or several with commas.", words: metricNames
  ) { text in names(text).map { .string($0) } }
  fileprivate static let order = list(
    "--order-by", "NAMES", member: "orderBy",
    "One name or several with commas, largest first (name:desc is the same); name:asc the other way around.",
    words: metricNames
  ) { text in names(text).map(orderValue) }
  fileprivate static let having = list(
    "--having", "CONDITION", member: "having",
    "Written as visitors>=100, with > >= < <= = or !=. May be repeated; then all conditions must hold."
  ) { text throws(FlagValueError) in [try conditionValue(text)] }
  fileprivate static let rows = ReportFlag("--limit", "NUMBER", member: "limit", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let skip = ReportFlag("--offset", "NUMBER", member: "offset", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let goals = list(
    "--goal", "TYPE:VALUE", member: "goals", "\(matcherHelp) May be repeated."
  ) { text throws(FlagValueError) in [try matcherValue(text)] }
  fileprivate static let rest = on("--rest", member: "rest")
  fileprivate static let total = on("--total", member: "total")
}

/// Parses a name by which rows are ordered, which may end with `:asc` or `:desc`.
private func orderValue(_ text: String) -> JSONValue {
  for (end, isDescending) in [(":asc", false), (":desc", true)] where text.hasSuffix(end) {
    return ["name": .string(String(text.dropLast(end.count))), "descending": .bool(isDescending)]
  }
  return ["name": .string(text)]
}

@Sendable private func fieldValues(_ text: String) -> [JSONValue] {
  names(text).map { ["name": .string($0)] }
}

/// Parses a condition on a metric: `visitors>=100`.
private func conditionValue(_ text: String) throws(FlagValueError) -> JSONValue {
  // If two signs begin at the same position, the longer one must come first.
  let signs = [(">=", "gte"), ("<=", "lte"), ("!=", "neq"), (">", "gt"), ("<", "lt"), ("=", "eq")]
  let nameEnd = text.firstIndex { "<>=!".contains($0) } ?? text.endIndex
  let (name, rest) = (trimmed(text[..<nameEnd]), text[nameEnd...])
  guard !name.isEmpty, let (sign, comparison) = signs.first(where: { rest.hasPrefix($0.0) }),
    let bound = number(trimmed(rest.dropFirst(sign.count)))
  else {
    throw FlagValueError(
      sentence:
        "must be a metric, a sign and a number, such as visitors>=100 or bounceRate<0.5, is \"\(text)\"")
  }
  return ["name": .string(name), "operator": .string(comparison), "value": bound]
}

// MARK: - Text

@Sendable private func insightsSettings(_ context: ReportContext) -> [String] {
  var settings: [String] = []
  if let events = context.params["of"] { settings.append("of \(matcherName(events))") }
  if context.param("scope") == "visit" { settings.append("by visit") }
  for condition in context.params["having"]?.array ?? [] {
    let signs = ["gte": "≥", "lte": "≤", "neq": "≠", "gt": ">", "lt": "<", "eq": "="]
    let name = condition["name"]?.string ?? ""
    let sign = signs[condition["operator"]?.string ?? ""] ?? ""
    settings.append("\(displayable(name)) \(sign) \(condition["value"]?.description ?? "")")
  }
  return settings
}

/// A row for each group, with a bar of its first metric; then the rest and the total.
private func insightsText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let rows = result.array ?? result["rows"]?.array ?? []
  // If rows are skipped, the rest and the total are there without them.
  let hasSums = result["rest"] != nil || result["total"] != nil
  guard !rows.isEmpty || hasSums && context.arguments.skipPhrase != nil else { return "" }
  let (fields, metrics) = (context.insightsFields, context.insightsMetrics)
  let goals = context.params["goals"]?.array ?? []
  // The comparison has the same rows.
  let compared = context.comparison.map { $0.array ?? $0["rows"]?.array ?? [] }
  var titles = metrics.map(\.title)
  if compared != nil { titles.insert(contentsOf: ["before", "change"], at: min(1, titles.count)) }
  var table = Table(
    fields.map { .text(displayable($0)) } + titles.map { .number($0) }
      + goals.flatMap { [.number(matcherName($0)), .number("")] } + [.bar])
  func numbers(_ row: JSONValue, before: JSONValue?) -> [Table.Cell] {
    var cells: [Table.Cell] = metrics.map { .text($0.text(row[$0.name])) }
    if compared != nil, let first = metrics.first {
      let (now, then) = (row[first.name]?.double, before?[first.name]?.double)
      let change = now.flatMap { now in then.map { changeText(now, from: $0) } }
      cells.insert(contentsOf: [.text(first.text(before?[first.name])), .text(change ?? "")], at: 1)
    }
    for index in goals.indices {
      let goal = row["goals"]?.array.flatMap { index < $0.count ? $0[index] : nil }
      cells += [
        .text(numberText(goal?["visitors"] ?? 0)), .text(goal?["rate"]?.double.map(percentText) ?? ""),
      ]
    }
    return cells
  }
  let measure = metrics.first?.name ?? ""
  let largest = max(rows.compactMap { $0[measure]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for (index, row) in rows.enumerated() {
    let before = compared.flatMap { index < $0.count ? $0[index] : nil }
    table.append(
      fields.map { nameText(.string(context.fieldName(row[$0], $0))) } + numbers(row, before: before)
        + [.bar((row[measure]?.double ?? 0) / largest)])
  }
  for (member, title) in [("rest", "(all others)"), ("total", "(total)")] {
    guard let row = result[member] else { continue }
    let blanks = Array(repeating: Table.Cell.text(""), count: max(fields.count - 1, 0))
    table.append(
      [.faint(title)] + blanks + numbers(row, before: context.comparison?[member])
        + [.bar(0)])
  }
  return table.text(on: canvas)
}

extension ReportContext {
  /// The fields of groups. One that is requested twice is displayed once.
  var insightsFields: [String] {
    var fields: [String] = []
    for field in params["fields"]?.array?.compactMap({ $0["name"]?.string }) ?? []
    where !fields.contains(where: { sameScalars($0, field) }) {
      fields.append(field)
    }
    return fields
  }

  /// The metrics that the user chose, or the default ones.
  var insightsMetrics: [MetricFormat] {
    var wanted: [String] = []
    for name in params["metrics"]?.array?.compactMap(\.string) ?? [] where !wanted.contains(name) {
      wanted.append(name)
    }
    let names = wanted.isEmpty ? MetricFormat.ofInsights.prefix(5).map(\.name) : wanted
    return names.compactMap { name in MetricFormat.ofInsights.first { $0.name == name } }
  }

  /// The value of a field: times in the zone of the report, weekdays by their names.
  func fieldName(_ value: JSONValue?, _ field: String) -> String {
    let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    if let number = value?.wholeNumber {
      return field == "weekday" && 1...7 ~= number
        ? weekdays[Int(number) - 1] : number < 10 ? "0\(number)" : "\(number)"
    }
    if let (kind, unit) = divided(field), kind == "time" { return unitText(value, unit) }
    return value?.string ?? ""
  }
}
