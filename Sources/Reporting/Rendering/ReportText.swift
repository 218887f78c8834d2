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
  /// The result for the range of the comparison, of which there is one if the text shows both together.
  var comparison: JSONValue?
  /// The result of a request with ``paramsOfComparedValues(_:)``; nil if there was none.
  public var comparedValues: JSONValue?

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
  let kind = context.arguments.kind
  var context = context
  let title = heading(context, canvas) + "\n"
  func body(_ result: JSONValue) -> String {
    let body = kind.text(result, context, canvas)
    if !body.isEmpty { return body }
    guard let text = context.arguments.skipPhrase else { return "Nothing in this range.\n" }
    return text.prefix(1).uppercased() + text.dropFirst() + ".\n"
  }
  guard let comparison = context.comparedResult(of: result) else { return title + body(result) }
  if kind.comparison == .merged {
    context.comparison = comparison
    return title + body(result["result"] ?? .null)
  }
  let other = "Compared with \(context.comparedRange.map { rangeText($0, context.zone) } ?? "another range")"
  return title + body(result["result"] ?? .null) + "\n" + canvas.styled(other, .strong) + "\n\n"
    + body(comparison)
}

private func heading(_ context: ReportContext, _ canvas: Canvas) -> String {
  canvas.styled(context.title, .strong) + "\n"
    + (context.subtitle.isEmpty ? "" : canvas.styled(context.subtitle, .faint) + "\n")
}

extension ReportContext {
  /// The title of a result, and the line below it.
  public var heading: (title: String, subtitle: String) { (title, subtitle) }

  /// The title of a result: `Funnel of example.com`.
  var title: String {
    // Events that name no website are all that the store has.
    let owner = website == unnamedWebsiteID ? "" : " of \(displayable(website))"
    return arguments.kind.title + owner
  }

  /// The range, the settings and the filters.
  var subtitle: String {
    (rangeSettings + arguments.kind.settings(self) + filterSettings).joined(separator: " · ")
  }

  /// The range, and the one that it is compared with.
  var rangeSettings: [String] {
    (arguments.statesRange ? [rangeText(range, zone) + " (\(arguments.timeZoneName))"] : [])
      + comparisonSettings
  }

  var filterSettings: [String] {
    arguments.filterTexts.map(displayable) + arguments.segmentNames.map { "segment \(displayable($0))" }
  }

  /// A member of the params as text; empty if it is missing.
  func param(_ name: String) -> String { params[name].map { $0.string ?? $0.description } ?? "" }

  /// The local time at an instant of a result.
  func localTime(_ instant: JSONValue?) -> LocalTime? {
    instant?.string.flatMap { parseInstant($0) }.map { zone.localTime(at: $0) }
  }
}

/// `2026-03-01 to 2026-03-31`; with times if the range does not consist of whole days.
func rangeText(_ range: Period, _ zone: TimeZoneRules) -> String {
  let (first, last) = (zone.localTime(at: range.start), zone.localTime(at: range.end))
  let days = (first.date.text, last.date.text)
  let isWholeDays =
    Period(days: zone.date(at: range.start).dayNumber..<zone.date(at: range.end).dayNumber + 1, in: zone)
    == range
  if isWholeDays { return days.0 == days.1 ? days.0 : "\(days.0) to \(days.1)" }
  return "\(first.minuteText) to \(last.minuteText)"
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
    let name = websiteName(website)
    table.append([
      nameText(name == unnamedWebsiteID ? nil : .string(name)), .text(numberText(website["events"] ?? 0)),
      .text(days.joined(separator: "–")), .text(displayable(website["id"]?.string ?? "")),
    ])
  }
  return table.text(on: canvas)
}

/// The display name of a website of `websites.list`: its name, else its domain, else its id.
public func websiteName(_ website: JSONValue) -> String {
  ["name", "domain", "id"].lazy.compactMap { website[$0]?.string }.first { !$0.isEmpty } ?? ""
}
