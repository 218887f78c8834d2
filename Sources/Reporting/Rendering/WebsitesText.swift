public import JSON

/// The result of `websites.list` as a table.
public func websitesText(_ result: JSONValue, on canvas: Canvas) -> String {
  let websites = result.array ?? []
  guard !websites.isEmpty else { return "The store has no websites.\n" }
  var table = Table([.text("website"), .number("events"), .name("from–to (UTC)"), .name("id")])
  for website in websites {
    let days = ["firstEvent", "lastEvent"].compactMap { website[$0]?.string?.prefix(10) }
    table.append([
      .text(displayable(websiteName(website))), .text(numberText(website["events"] ?? 0)),
      .text(days.joined(separator: "–")), .text(displayable(website["id"]?.string ?? "")),
    ])
  }
  return table.text(on: canvas)
}

/// What people call a website of `websites.list`: its name, else its domain, else its id.
public func websiteName(_ website: JSONValue) -> String {
  ["name", "domain", "id"].lazy.compactMap { website[$0]?.string }.first { !$0.isEmpty } ?? ""
}
