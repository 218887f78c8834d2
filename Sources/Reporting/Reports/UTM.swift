import JSON

extension ReportKind {
  static let utm = ReportKind(
    name: "utm", title: "Campaign parameters", ownFlags: [],
    example: "utm store.db --from 30d --filter country=DE", text: { utmText($0, $2) },
    figures: utmFigures)
}

/// A table for each parameter, with a bar of the pageviews of each value.
private func utmText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let parts = (result.object?.members ?? []).map { part in
    (part.name, part.value.object?.members.map { (name: JSONValue.string($0.name), value: $0.value) } ?? [])
  }
  return listsText(parts, counting: "views", canvas)
}
