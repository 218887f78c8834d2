import JSON

extension ReportDefinition {
  static let weekly = ReportDefinition(
    name: "weekly", trafficMethod: "websites.sessions.weekly", title: "Visitors by weekday and hour",
    ownFlags: [], example: "weekly store.db --during 2026-03 --timezone Europe/Berlin",
    emptyReason: { $0.isBlank ? "there are no pageviews in this range" : nil },
    text: { result, _, canvas in
      weeklyText(result, canvas)
    }, figures: weeklyFigures)
}

/// The days in the order of the method's lists.
private let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

/// A row for each day of the week, from Monday, with its busiest hour and a bar for each hour, all on one scale.
private func weeklyText(_ result: JSONValue, _ canvas: Canvas) -> String {
  let days = (result.array ?? []).map { ($0.array ?? []).map { $0.double ?? 0 } }
  guard days.count == weekdays.count, let largest = days.joined().max() else { return "" }
  var table = Table([.name(""), .text("busiest hour"), .number("visitors"), .name("0:00 to 23:00")])
  for day in weekdays.indices.map({ ($0 + 1) % weekdays.count }) {
    let hours = days[day]
    let highest = hours.max() ?? 0
    let hour = highest > 0 ? hours.firstIndex(of: highest) : nil
    table.append([
      .text(weekdays[day]), .text(hour.map { "\($0):00" } ?? ""), .text(numberText(Int64(highest))),
      .text(Sparkline.text(hours, width: hours.count, largest: largest)),
    ])
  }
  return table.text(on: canvas)
}
