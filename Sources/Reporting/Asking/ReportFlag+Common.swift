import JSON

extension ReportFlag {
  /// The flags of every report.
  static let common: [ReportFlag] = [.from, .to, .during, .timezone, .filter]

  static let from = text(
    "--from", "WHEN", member: nil,
    """
    the first day: 2026-03-15, a month 2026-03, a year 2026, today, yesterday, \
    this-week, last-week, this-month, last-month, this-year, last-year, \
    7d (12h, 4w, 6m, 1y: so long until now), or an instant. Of the first event if missing
    """)
  static let to = text(
    "--to", "WHEN", member: nil,
    "the last day, spelt alike; the whole of it counts. Of the last event if missing")
  static let during = text("--during", "WHEN", member: nil, "--from and --to in one: --during 2026-03")
  static let timezone = text(
    "--timezone", "ZONE", member: "timezone", "whose days they are, such as Europe/Berlin; UTC if missing")
  static let filter = list(
    "--filter", "CONDITION", member: "filters",
    """
    only events of which this holds: country=DE, country!=DE,AT, url=@blog (contains), url!@blog, \
    url=~'^/a' (regular expression), url!~'^/a', tag:set, tag:unset. May be repeated; then all hold
    """
  ) { text throws(UnreadableText) in [try filterValue(text)] }

  /// A flag whose value is what stands behind it.
  static func text(_ name: String, _ placeholder: String, member: String?, _ help: String)
    -> ReportFlag
  {
    ReportFlag(name, placeholder, member: member, help) { [.string($0)] }
  }

  /// A flag that may be given several times.
  static func list(
    _ name: String, _ placeholder: String, member: String, _ help: String,
    read: @escaping @Sendable (String) throws(UnreadableText) -> [JSONValue]
  ) -> ReportFlag {
    ReportFlag(name, placeholder, member: member, isList: true, help, read: read)
  }
}
