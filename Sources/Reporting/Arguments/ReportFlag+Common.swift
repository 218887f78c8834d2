import JSON

extension ReportFlag {
  /// The flags of every report.
  static let common: [ReportFlag] = [.from, .to, .during, .timezone, .filter]

  static let from = text(
    "--from", "WHEN", member: nil,
    """
    First day of the range: 2026-03-15, a month 2026-03, a year 2026, today, yesterday, this-week, last-week, \
    this-month, last-month, this-year, last-year, 7d (also 12h, 4w, 6m, 1y: that long until now), or an instant. \
    Default: the day of the first event.
    """)
  static let to = text(
    "--to", "WHEN", member: nil,
    "Last day of the range, included, written like --from. Default: the day of the last event.")
  static let during = text(
    "--during", "WHEN", member: nil, "--from and --to in one, for example --during 2026-03.")
  static let timezone = text(
    "--timezone", "ZONE", member: "timezone", "")
  static let filter = list(
    "--filter", "CONDITION", member: "filters",
    """
    Written as country=DE, country!=DE,AT, url=@blog (contains), url!@blog, url=~'^/a' (regular expression), \
    url!~'^/a', tag:set, tag:unset. May be repeated; then all conditions must hold.
    """
  ) { text throws(FlagValueError) in [try filterValue(text)] }

  /// A flag whose value is what stands behind it.
  static func text(_ name: String, _ placeholder: String, member: String?, _ syntax: String)
    -> ReportFlag
  {
    ReportFlag(name, placeholder, member: member, syntax) { [.string($0)] }
  }

  /// A flag that may be given several times.
  static func list(
    _ name: String, _ placeholder: String, member: String, _ syntax: String,
    read: @escaping @Sendable (String) throws(FlagValueError) -> [JSONValue]
  ) -> ReportFlag {
    ReportFlag(name, placeholder, member: member, isList: true, syntax, read: read)
  }
}
