import JSON

extension ReportKind {
  static let attribution = ReportKind(
    name: "attribution", title: "Attribution",
    summary: "Which sources visitors came from who converted.",
    ownFlags: [.conversion, .model, .weighingCurrency],
    required: [("--step", 1, "--step event:purchase")], defaults: ["model": "first-click"],
    example: "attribution store.db --step event:purchase --model last-click --from last-month",
    settings: attributionSettings, text: { attributionText($0, $1, $2) })
}

extension ReportFlag {
  fileprivate static let conversion = list(
    "--step", "TYPE:VALUE", member: "steps",
    "the conversion: a page url:/thanks or an event event:purchase; * is any run of characters"
  ) { text throws(UnreadableText) in [try stepValue(text)] }
  fileprivate static let model = ReportFlag(
    "--model", "MODEL", member: "model",
    "first-click: what brought a visitor first (if missing); last-click: last before converting"
  ) { text throws(UnreadableText) in
    guard text == "first-click" || text == "last-click" else {
      throw UnreadableText(sentence: "must be first-click or last-click, is \"\(text)\"")
    }
    return [.string(text)]
  }
  fileprivate static let weighingCurrency = text(
    "--currency", "CODE", member: "currency", "weigh sources by the money in it; by visitors if missing")
}

private func attributionSettings(_ context: ReportContext) -> [String] {
  let (step, currency) = (
    context.params["steps"]?.array?.first.map(stepText) ?? "", context.param("currency")
  )
  return ["converting by \(step)", context.param("model")]
    + (currency.isEmpty ? [] : ["by \(displayable(currency))"])
}

/// What was converted, and a table a kind of source.
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
