import Engine
import JSON

extension ReportDefinition {
  static let attribution = ReportDefinition(
    name: "attribution", title: "Attribution",
    ownFlags: [
      .conversion, .model, .weighingCurrency, .models, .conversions, .lookback, .by, .limit, .rest, .weights,
      .halfLife,
    ],
    required: [("--step", 1, "--step event:purchase")], defaults: ["model": "first-click"],
    replacedDefaults: ["model": { $0.isGiven(.models) }],
    combinationError: attributionCombination,
    example: "attribution store.db --step event:purchase --models last,linear --from last-month",
    settings: attributionSettings, text: { attributionText($0, $1, $2) },
    figures: attributionFigures)
}

extension ReportFlag {
  fileprivate static let conversion = list(
    "--step", "TYPE:VALUE", member: "steps",
    matcherHelp
  ) { text throws(FlagValueError) in [try matcherValue(text)] }
  fileprivate static let model = ReportFlag(
    "--model", "MODEL", member: "model",
    "first-click (the default) or last-click.", words: clicks
  ) { text throws(FlagValueError) in
    guard clicks.contains(text) else {
      throw FlagValueError(sentence: "must be first-click or last-click, is \"\(text)\"")
    }
    return [.string(text)]
  }
  fileprivate static let weighingCurrency = text(
    "--currency", "CODE", member: "currency", "")
  fileprivate static let models = list(
    "--models", "NAMES", member: "models", "One name or several with commas.", words: modelNames
  ) { text in names(text).map { .string($0) } }
  fileprivate static let conversions = ReportFlag(
    "--conversions", "WHICH", member: "conversions", "", words: ["last", "first", "every"]
  ) { [.string($0)] }
  fileprivate static let lookback = number("--lookback", "DAYS", member: "lookback")
  fileprivate static let by = list(
    "--by", "NAMES", member: "by", "One name or several with commas.", words: dimensionNames
  ) { text in names(text).map { .string($0) } }
  fileprivate static let limit = number("--limit", "NUMBER", member: "limit")
  fileprivate static let rest = on("--rest", member: "rest")
  fileprivate static let weights = list(
    "--weights", "NUMBERS", member: "weights", "Three numbers with commas, as in 40,20,40."
  ) { text throws(FlagValueError) in
    var weights: [JSONValue] = []
    for part in names(text) { weights.append(try numberValue(part)) }
    return weights
  }
  fileprivate static let halfLife = number("--half-life", "DAYS", member: "halfLife")

  private static func number(_ name: String, _ placeholder: String, member: String) -> ReportFlag {
    ReportFlag(name, placeholder, member: member, "") { text throws(FlagValueError) in
      [try numberValue(text)]
    }
  }
}

private let clicks = ["first-click", "last-click"]
private let modelNames = ["first", "last", "lastNonDirect", "linear", "position", "timeDecay", "shapley"]
private let dimensionNames = TextColumn.allCases.map { $0.requestNames[0] } + ["channel", "entry"]

/// What is wrong with flags that are right on their own: those of models without models, and models with a model.
@Sendable private func attributionCombination(_ arguments: ReportArguments) -> FlagError? {
  let ofModels: [ReportFlag] = [.conversions, .lookback, .by, .limit, .rest, .weights, .halfLife]
  if arguments.isGiven(.models) {
    guard arguments.isGiven(.model) else { return nil }
    return FlagError(flag: "--model", sentence: "must not be given together with --models")
  }
  return ofModels.first(where: arguments.isGiven).map { flag in
    FlagError(flag: flag.name, sentence: "needs --models, for example --models last,linear")
  }
}

private func attributionSettings(_ context: ReportContext) -> [String] {
  let steps = (context.params["steps"]?.array ?? []).map(matcherName).joined(separator: " or ")
  let currency = context.param("currency")
  let money = currency.isEmpty ? [] : ["by \(displayable(currency))"]
  guard !creditModels(context).isEmpty else {
    return ["converting by \(steps)", context.param("model")] + money
  }
  let days = context.params["lookback"].map { ["visits of \(numberText($0)) days before"] } ?? []
  let which = context.param("conversions")
  return ["\(which.isEmpty ? "last" : displayable(which)) conversion by \(steps)"] + days + money
}

/// The names of the models whose credits a request asks for, in order.
func creditModels(_ context: ReportContext) -> [String] {
  var names: [String] = []
  for name in (context.params["models"]?.array ?? []).compactMap(\.string) where !names.contains(name) {
    names.append(name)
  }
  return names
}

/// The conversions, and a table for each kind of source or for each value that gets credit.
private func attributionText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let total = result["total"]
  func count(_ member: String, _ one: String) -> String { countText(total?[member]?.wholeNumber ?? 0, one) }
  guard total?["pageviews"] != 0 else { return "" }
  let conversions =
    "\(count("pageviews", "conversion")) by \(count("visitors", "visitor")) in \(count("visits", "visit"))\n"
  let currency = context.param("currency")
  if let credit = result["credit"]?.array {
    let tables = credit.map { creditText($0, creditModels(context), currency, canvas) }
    return ([conversions + countedText(credit.first, currency)] + tables).filter { !$0.isEmpty }.joined(
      separator: "\n")
  }
  let parts = (result.object?.members ?? []).compactMap { part in
    part.value.array.map { list in
      (part.name, list.map { (name: $0["name"] ?? "", value: $0["value"] ?? 0) })
    }
  }
  let lists = listsText(parts, counting: currency.isEmpty ? "visitors" : displayable(currency), canvas)
  return conversions + (lists.isEmpty ? "" : "\n\(lists)")
}

/// A line about the conversions that count, and those of them without credit.
private func countedText(_ by: JSONValue?, _ currency: String) -> String {
  func text(_ credit: JSONValue?) -> String {
    let conversions = numberText(credit?["conversions"] ?? 0)
    guard let value = credit?["value"] else { return conversions }
    return "\(conversions) (\(numberText(value, decimals: decimals([value]))) \(displayable(currency)))"
  }
  let unattributed = by?["unattributed"]
  return "\(text(by?["total"])) of them count"
    + (unattributed?["conversions"] == 0 ? "" : ", \(text(unattributed)) without a visit before them") + "\n"
}

/// A row for each name with the credits of the models side by side; empty if there are none.
private func creditText(
  _ by: JSONValue, _ models: [String], _ currency: String, _ canvas: Canvas
) -> String {
  let rows = (by["rows"]?.array ?? []) + [by["rest"]].compactMap(\.self)
  guard !rows.isEmpty, let first = models.first else { return "" }
  let unit = currency.isEmpty ? "conversions" : "value"
  let places = models.map { model in decimals(rows.map { $0[model]?[unit] ?? 0 }) }
  var columns: [Table.Column] = [.text(displayable(by["by"]?.string ?? ""))]
  columns += (models + ["assisted", "visitors"]).map { .number(displayable($0)) }
  var table = Table(columns + [.spareBar])
  let largest = max(rows.compactMap { $0[first]?[unit]?.double }.max() ?? 1, .leastNonzeroMagnitude)
  for row in rows {
    var cells: [Table.Cell] = [row["rest"] == true ? .faint("(others)") : nameText(row["name"])]
    for (model, places) in zip(models, places) {
      cells.append(.text(numberText(row[model]?[unit] ?? 0, decimals: places)))
    }
    cells += ["assisted", "visitors"].map { .text(numberText(row[$0] ?? 0)) }
    table.append(cells + [.bar((row[first]?[unit]?.double ?? 0) / largest)])
  }
  return table.text(on: canvas)
}
