public import Calendar
import Engine
public import JSON

/// The context of a result that its text displays too.
public struct ReportContext: Sendable {
  /// The flags of the user.
  public let arguments: ReportArguments
  /// The params of the request that was answered.
  public let params: JSONObject
  /// The name that users know.
  let website: String
  let range: Period
  let zone: TimeZoneRules

  public init(
    _ arguments: ReportArguments, params: JSONObject, website: String, range: Period, zone: TimeZoneRules
  ) {
    self.arguments = arguments
    self.params = params
    self.website = website
    self.range = range
    self.zone = zone
  }
}

/// The result of a report as text: a title, then tables, bars, a grid or a tree.
///
/// - Parameter result: A result of the report's method.
public func reportText(_ result: JSONValue, _ context: ReportContext, on canvas: Canvas) -> String {
  let body = context.arguments.kind.text(result, context, canvas)
  return heading(context, canvas) + "\n" + (body.isEmpty ? "Nothing in this range.\n" : body)
}

private func heading(_ context: ReportContext, _ canvas: Canvas) -> String {
  let title = "\(context.arguments.kind.title) of \(displayable(context.website))"
  let settings =
    [rangeText(context)] + context.arguments.kind.settings(context)
    + context.arguments.filterTexts.map(displayable)
  return canvas.styled(title, .strong) + "\n" + canvas.styled(settings.joined(separator: " · "), .faint)
    + "\n"
}

extension ReportContext {
  /// A member of the params as text; empty if it is missing.
  func param(_ name: String) -> String { params[name].map { $0.string ?? $0.description } ?? "" }

  /// The local time at an instant of a result.
  func localTime(_ instant: JSONValue?) -> LocalTime? {
    instant?.string.flatMap { parseInstant($0) }.map { zone.localTime(at: $0) }
  }
}

/// `2026-03-01 to 2026-03-31 (Europe/Berlin)`; with times if the range does not consist of whole days.
private func rangeText(_ context: ReportContext) -> String {
  let (range, zone) = (context.range, context.zone)
  let (first, last) = (zone.localTime(at: range.start), zone.localTime(at: range.end))
  let days = (first.date.text, last.date.text)
  let isWholeDays =
    Period(days: zone.date(at: range.start).dayNumber..<zone.date(at: range.end).dayNumber + 1, in: zone)
    == range
  let zoneName = " (\(context.arguments.timeZoneName))"
  if isWholeDays { return (days.0 == days.1 ? days.0 : "\(days.0) to \(days.1)") + zoneName }
  return "\(first.minuteText) to \(last.minuteText)" + zoneName
}

/// A step or goal in the syntax of the flags.
func stepText(_ value: JSONValue) -> String {
  let text = displayable(value["value"]?.string ?? "")
  guard value["type"] == "event-data" else { return "\(value["type"]?.string ?? ""):\(text)" }
  return "\(value["operator"]?.string ?? ""):\(text):\(displayable(value["property"]?.string ?? ""))"
}

/// A name in a list; an empty name is displayed as `(none)`.
func nameText(_ name: JSONValue?) -> Table.Cell {
  let text = name?.string ?? ""
  return text.isEmpty ? .faint("(none)") : .text(displayable(text))
}

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

/// The display name of a website of `websites.list`: its name, else its domain, else its id.
public func websiteName(_ website: JSONValue) -> String {
  ["name", "domain", "id"].lazy.compactMap { website[$0]?.string }.first { !$0.isEmpty } ?? ""
}
