import JSON

extension ReportDefinition {
  static let currencies = ReportDefinition(
    name: "currencies", title: "Currencies", ownFlags: [],
    rangeIsTopLevel: true, example: "currencies store.db --during 2026", text: { currenciesText($0, $2) },
    figures: currenciesFigures)
}

private func currenciesText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let names = result.array ?? []
  guard !names.isEmpty else { return "" }
  var table = Table([.text("currency")])
  for name in names { table.append([nameText(name["currency"])]) }
  return table.text(on: canvas)
}
