import Engine
import JSON

extension ReportDefinition {
  static let journey = ReportDefinition(
    name: "journey", title: "Journeys",
    ownFlags: [
      .journeyLength, .fromStep, .toStep, .startStep, .endStep, .only, .exclude, .item, .group, .collapse,
      .minimumCount, .journeys, .total, .graph, .nodes,
    ],
    defaults: ["steps": 5], combinationError: journeyCombination,
    example: "journey store.db --steps 4 --from-step url:/pricing --from 7d", settings: journeySettings,
    text: journeyText, figures: journeyFigures)
}

extension ReportFlag {
  fileprivate static let journeyLength = number("--steps", member: "steps", "2 to 20. Default: 5.")
  fileprivate static let fromStep = ReportFlag("--from-step", "TYPE:VALUE", member: "from", matcherHelp) {
    text throws(FlagValueError) in [try matcherValue(text)]
  }
  fileprivate static let toStep = ReportFlag("--to-step", "TYPE:VALUE", member: "to", matcherHelp) {
    text throws(FlagValueError) in [try matcherValue(text)]
  }
  fileprivate static let startStep = text(
    "--start-step", "ITEM", member: "startStep", "")
  fileprivate static let endStep = text(
    "--end-step", "ITEM", member: "endStep", "")
  fileprivate static let only = ReportFlag("--only", "WHICH", member: "only", "", words: ["pages", "events"])
  {
    [.string($0)]
  }
  fileprivate static let exclude = list(
    "--exclude", "TYPE:VALUE", member: "exclude", "Written like --from-step. May be repeated."
  ) { text throws(FlagValueError) in [try matcherValue(text)] }
  fileprivate static let item = ReportFlag(
    "--item", "NAME", member: "item", "", words: ["title", "host", "property:"]
  ) { [.string($0)] }
  fileprivate static let group = list(
    "--group", "PATTERN=NAME", member: "groups", "For example --group '/blog/*=Blog'. May be repeated."
  ) { text throws(FlagValueError) in [try groupValue(text)] }
  fileprivate static let collapse = ReportFlag(
    "--collapse", "WHEN", member: "collapse", "", words: ["before", "after", "none"]
  ) { [.string($0)] }
  fileprivate static let minimumCount = number("--min-count", member: "minCount", "")
  fileprivate static let journeys = number("--limit", member: "limit", "")
  fileprivate static let total = on("--total", member: "total")
  fileprivate static let graph = on("--graph", member: "output", value: "graph")
  fileprivate static let nodes = number("--nodes", member: "nodes", "")

  private static func number(_ name: String, member: String, _ syntax: String) -> ReportFlag {
    ReportFlag(name, "NUMBER", member: member, syntax) { text throws(FlagValueError) in
      [try numberValue(text)]
    }
  }
}

/// What only a graph has, and what it has not.
@Sendable private func journeyCombination(_ arguments: ReportArguments) -> FlagError? {
  if arguments.isGiven(.graph) {
    return arguments.isGiven(.total)
      ? FlagError(
        flag: "--total", sentence: "must not be given together with --graph, whose nodes have all counts")
      : nil
  }
  return arguments.isGiven(.nodes) ? FlagError(flag: "--nodes", sentence: "needs --graph") : nil
}

/// Parses a group: `/blog/*=Blog`. Patterns may contain the sign, names may not.
private func groupValue(_ text: String) throws(FlagValueError) -> JSONValue {
  guard let sign = text.lastIndex(of: "=") else {
    throw FlagValueError(sentence: "must be PATTERN=NAME, such as '/blog/*=Blog', is \"\(text)\"")
  }
  return ["value": .string(String(text[..<sign])), "as": .string(String(text[text.index(after: sign)...]))]
}

@Sendable private func journeySettings(_ context: ReportContext) -> [String] {
  let params = context.params
  var settings = ["\(context.param("steps")) steps"]
  if let from = params["from"] { settings.append("from the first \(matcherText(from))") }
  if let to = params["to"] {
    settings.append("to the \(params["from"] == nil ? "last" : "next") \(matcherText(to))")
  }
  for (word, name) in [("from", "startStep"), ("to", "endStep"), ("only", "only"), ("showing", "item")] {
    let value = context.param(name)
    if !value.isEmpty { settings.append("\(word) \(displayable(value))") }
  }
  settings += (params["exclude"]?.array ?? []).map { "without \(matcherText($0))" }
  settings += (params["groups"]?.array ?? []).map { group in
    "\(displayable(group["value"]?.string ?? "")) as \(displayable(group["as"]?.string ?? ""))"
  }
  return settings
}

/// A matcher in a sentence.
private func matcherText(_ matcher: JSONValue) -> String {
  if matcher["value"] != nil || matcher["any"] != nil { return matcherName(matcher) }
  switch matcher["type"]?.string {
  case "pageview": return "pageview"
  case "custom": return "custom event"
  default: return "event"
  }
}

/// A tree: journeys with the same beginning share it, and each node has the number of visits that passed
/// through it. Journeys that only have a requested end are read from there.
@Sendable private func journeyText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String
{
  let isBackward = context.params["to"] != nil && context.params["from"] == nil
  if let nodes = result["nodes"]?.array {
    return graphText(nodes, result["links"]?.array ?? [], isBackward: isBackward, canvas)
  }
  let journeys = result.array ?? result["rows"]?.array ?? []
  guard !journeys.isEmpty else { return "" }
  var root = JourneyTree(item: nil)
  for journey in journeys {
    let items = (journey["items"]?.array ?? []).map(\.string)
    root.add((isBackward ? items.reversed() : items)[...], journey["count"]?.wholeNumber ?? 0)
  }
  let total = result["total"]
  // Without the total, shares are those of the visits that are shown.
  let share = total == nil && context.mayLackJourneys(journeys.count) ? "share of these" : "share"
  var table = Table([.text("journey"), .number("visits"), .number(share), .spareBar])
  // The width that the numbers leave.
  root.addRows(
    to: &table, of: total?["visits"]?.wholeNumber ?? root.visits, isBackward: isBackward,
    width: canvas.width - 13 - displayWidth(share))
  return table.text(on: canvas) + journeyNote(journeys.count, root.visits, total, context)
}

extension ReportContext {
  fileprivate var journeyLimit: Int64 {
    params["limit"]?.wholeNumber ?? Int64(WebsiteColumns.defaultJourneys)
  }

  /// Whether there may be journeys that are not in a list of so many.
  fileprivate func mayLackJourneys(_ count: Int) -> Bool {
    count >= journeyLimit || params["minCount"]?.wholeNumber ?? 1 > 1
  }
}

/// Says how many journeys are not in a list.
private func journeyNote(
  _ count: Int, _ shown: Int64, _ total: JSONValue?, _ context: ReportContext
) -> String {
  if let total {
    let visits = "\(numberText(shown)) of \(numberText(total["visits"] ?? 0)) visits"
    return "\n\(visits), \(numberText(Int64(count))) of \(numberText(total["paths"] ?? 0)) paths.\n"
  }
  let limit = context.journeyLimit
  if count < limit { return "" }
  if limit == 1 { return "\nThe most frequent journey; visits that went other ways are not counted.\n" }
  return "\nThe \(numberText(limit)) most frequent journeys; visits that went other ways are not counted.\n"
}

/// The nodes of each step with their share of all visits, and below each the ways that lead on, with their share of the
/// node.
private func graphText(
  _ nodes: [JSONValue], _ links: [JSONValue], isBackward: Bool, _ canvas: Canvas
) -> String {
  guard let firstStep = nodes.first?["step"]?.wholeNumber else { return "" }
  // Bytes, because texts that look the same may be different items.
  func key(_ step: Int64, _ item: JSONValue?) -> [UInt8] {
    Array("\(step) \(item?.string.map { "\"" + $0 } ?? "")".utf8)
  }
  let total = nodes.filter { $0["step"]?.wholeNumber == firstStep }.reduce(0) {
    $0 + ($1["count"]?.wholeNumber ?? 0)
  }
  // Links are listed with the node from which visits are followed.
  let (near, far) = isBackward ? ("to", "from") : ("from", "to")
  let ways = Dictionary(grouping: links) { link in
    key((link["step"]?.wholeNumber ?? 0) + (isBackward ? 1 : 0), link[near])
  }
  var table = Table([.number("step"), .text("item"), .number("visits"), .number("share"), .spareBar])
  func append(_ step: String, _ text: String, _ count: Int64, of whole: Int64) {
    let share = whole == 0 ? 0 : Double(count) / Double(whole)
    table.append([
      .faint(step), .text(text), .text(numberText(count)), .text(percentText(share)), .bar(share),
    ])
  }
  for node in nodes {
    let (step, count) = (node["step"]?.wholeNumber ?? 0, node["count"]?.wholeNumber ?? 0)
    append("\(step)", itemText(node["item"]), count, of: total)
    var rows = (ways[key(step, node["item"])] ?? []).map { way in
      ("\(isBackward ? "←" : "→") \(itemText(way[far]))", way["count"]?.wholeNumber ?? 0)
    }
    let ends = [
      (isBackward ? "(start)" : "(end)", node["exits"] ?? node["entries"]), ("(more steps)", node["cut"]),
    ]
    rows += ends.map { ($0.0, $0.1?.wholeNumber ?? 0) }.filter { $0.1 > 0 }
    for (index, row) in rows.enumerated() {
      append("", (index == rows.count - 1 ? "└─ " : "├─ ") + row.0, row.1, of: count)
    }
  }
  return table.text(on: canvas)
}

/// An item of a graph; null represents the items without a node of their own.
private func itemText(_ item: JSONValue?) -> String { item?.string.map(itemName) ?? "(others)" }

/// An item; an empty one is displayed as `(none)`.
private func itemName(_ item: String) -> String { nameOfValue(displayable(item)) }

/// An item of journeys, and the items that followed it.
private struct JourneyTree {
  /// Nil for the place before the first item, or after the last.
  private let item: String?
  private(set) var visits: Int64 = 0
  private var children: [JourneyTree] = []
  /// By the bytes of the item, because texts that look the same may be different items.
  private var places: [[UInt8]?: Int] = [:]

  init(item: String?) { self.item = item }

  mutating func add(_ items: ArraySlice<String?>, _ count: Int64) {
    visits += count
    guard let first = items.first else { return }
    let key = first.map { Array($0.utf8) }
    let place = places[key] ?? children.count
    if place == children.count {
      places[key] = place
      children.append(JourneyTree(item: first))
    }
    children[place].add(items.dropFirst(), count)
  }

  private func text(isBackward: Bool) -> String {
    item.map(itemName) ?? (isBackward ? "(start)" : "(end)")
  }

  /// Appends the rows of the items that follow this one, or that precede it if `isBackward`; `indent` precedes each line.
  func addRows(to table: inout Table, of total: Int64, isBackward: Bool, width: Int, indent: String? = nil) {
    // Journeys are ordered by count, so of two equal items the first one stays first.
    let sorted = children.enumerated().sorted {
      ($1.element.visits, $0.offset) < ($0.element.visits, $1.offset)
    }
    for (place, child) in sorted.map(\.element).enumerated() {
      let isLast = place == sorted.count - 1
      let branch = indent.map { $0 + (isLast ? "└─ " : "├─ ") } ?? ""
      let (chain, end) = child.chain(isBackward: isBackward, width: width - displayWidth(branch))
      let share = total == 0 ? 0 : Double(child.visits) / Double(total)
      table.append([
        .text(branch + chain), .text(numberText(child.visits)), .text(percentText(share)), .bar(share),
      ])
      end.addRows(
        to: &table, of: total, isBackward: isBackward, width: width,
        indent: indent.map { $0 + (isLast ? "   " : "│  ") } ?? "")
    }
  }

  /// The items of a path without branches, as far as they fit, and the item at which that path ends.
  private func chain(isBackward: Bool, width: Int) -> (String, JourneyTree) {
    let text = text(isBackward: isBackward)
    guard children.count == 1, children[0].visits == visits else { return (text, self) }
    let begun = "\(text) \(isBackward ? "←" : "→") "
    let (rest, end) = children[0].chain(isBackward: isBackward, width: width - displayWidth(begun))
    return displayWidth(begun + rest) > width ? (text, self) : (begun + rest, end)
  }
}
