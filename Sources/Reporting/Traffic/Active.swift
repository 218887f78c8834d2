import JSON

extension ReportDefinition {
  static let active = ReportDefinition(
    name: "active", trafficMethod: "websites.active", title: "Active visitors", ownFlags: [.minutes, .asOf],
    hasRange: false, example: "active store.db --minutes 30", settings: activeSettings,
    emptyReason: { $0.isBlank ? "nobody was active in these minutes" : nil },
    text: { result, _, _ in countText(result["visitors"]?.wholeNumber ?? 0, "visitor") + "\n" },
    figures: activeFigures)
}

extension ReportFlag {
  fileprivate static let minutes = ReportFlag("--minutes", "NUMBER", member: "minutes", "") {
    text throws(FlagValueError) in [try numberValue(text)]
  }
  fileprivate static let asOf = text(
    "--at", "WHEN", member: "asOf", "An instant, such as 2026-03-15T10:30.")
}

@Sendable private func activeSettings(_ context: ReportContext) -> [String] {
  let (minutes, end) = (context.params["minutes"]?.wholeNumber ?? 5, context.param("asOf"))
  return ["in \(countText(minutes, "minute"))"] + (end.isEmpty ? [] : ["until \(displayable(end))"])
}
