import JSON

extension ReportCommand {
  static let attribution = ReportCommand(
    name: "attribution", title: "Attribution",
    ownFlags: [.conversion, .model, .weighingCurrency],
    required: [("--step", 1, "--step event:purchase")], defaults: ["model": "first-click"],
    example: "attribution store.db --step event:purchase --model last-click --from last-month",
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
    "first-click (the default) or last-click.", words: models
  ) { text throws(FlagValueError) in
    guard models.contains(text) else {
      throw FlagValueError(sentence: "must be first-click or last-click, is \"\(text)\"")
    }
    return [.string(text)]
  }
  fileprivate static let weighingCurrency = text(
    "--currency", "CODE", member: "currency", "")
}

private func attributionSettings(_ context: ReportContext) -> [String] {
  let (step, currency) = (
    context.params["steps"]?.array?.first.map(matcherName) ?? "", context.param("currency")
  )
  return ["converting by \(step)", context.param("model")]
    + (currency.isEmpty ? [] : ["by \(displayable(currency))"])
}

/// The conversion, and a table for each kind of source.
private func attributionText(_ result: JSONValue, _ context: ReportContext, _ canvas: Canvas) -> String {
  let total = result["total"]
  func count(_ member: String, _ one: String) -> String { countText(total?[member]?.wholeNumber ?? 0, one) }
  guard total?["pageviews"] != 0 else { return "" }
  let conversions =
    "\(count("pageviews", "conversion")) by \(count("visitors", "visitor")) in \(count("visits", "visit"))\n"
  let parts = (result.object?.members ?? []).compactMap { part in
    part.value.array.map { list in
      (part.name, list.map { (name: $0["name"] ?? "", value: $0["value"] ?? 0) })
    }
  }
  let currency = context.params["currency"]?.string ?? ""
  let lists = listsText(parts, counting: currency.isEmpty ? "visitors" : displayable(currency), canvas)
  return conversions + (lists.isEmpty ? "" : "\n\(lists)")
}

private let models = ["first-click", "last-click"]
