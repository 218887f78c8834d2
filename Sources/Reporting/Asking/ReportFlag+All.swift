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

  static let steps = list(
    "--step", "TYPE:VALUE", member: "steps",
    "a page url:/pricing or an event event:signup, in order; * is any run of characters, \\* a star"
  ) { text throws(UnreadableText) in [try stepValue(text)] }
  static let conversion = list(
    "--step", "TYPE:VALUE", member: "steps",
    "the conversion: a page url:/thanks or an event event:purchase; * is any run of characters"
  ) { text throws(UnreadableText) in [try stepValue(text)] }
  static let window = ReportFlag(
    "--window", "TIME", member: "window",
    "how long a visitor has from each step to the next: minutes, or 30m, 2h, 7d; 60 if missing"
  ) { text throws(UnreadableText) in [try minutesValue(text)] }
  static let model = ReportFlag(
    "--model", "MODEL", member: "model",
    "first-click: what brought a visitor first (if missing); last-click: last before converting"
  ) { text throws(UnreadableText) in
    guard text == "first-click" || text == "last-click" else {
      throw UnreadableText(sentence: "must be first-click or last-click, is \"\(text)\"")
    }
    return [.string(text)]
  }
  static let weighingCurrency = text(
    "--currency", "CODE", member: "currency", "weigh sources by the money in it; by visitors if missing")
  static let currency = text(
    "--currency", "CODE", member: "currency", "as the events spell it; may be missing if they name only one")
  static let unit = ReportFlag(
    "--unit", "UNIT", member: nil, "the width of a row of the chart: minute, hour, day, week, month, year"
  ) { text throws(UnreadableText) in
    let units = ["minute", "hour", "day", "week", "month", "year"]
    guard units.contains(text) else {
      throw UnreadableText(sentence: "must be one of \(units.joined(separator: ", ")), is \"\(text)\"")
    }
    return [.string(text)]
  }
  static let journeyLength = ReportFlag(
    "--steps", "NUMBER", member: "steps", "how many events of each visit are looked at, 3 to 7; 5 if missing"
  ) { text throws(UnreadableText) in [try numberValue(text)] }
  static let startStep = text(
    "--start-step", "ITEM", member: "startStep", "only visits that begin with this page or event")
  static let endStep = text(
    "--end-step", "ITEM", member: "endStep", "only visits whose last step shown is this page or event")
  static let fields = list(
    "--field", "NAMES", member: "fields",
    """
    what to group pageviews by, one or several (country,device): url, referrer, title, query, host, os, browser, \
    device, screen, country, region, city, language, event, tag, utm_source … utm_term, distinctId
    """
  ) { text in
    text.split(separator: ",", omittingEmptySubsequences: false).map { ["name": .string(String($0))] }
  }
  static let goals = list(
    "--goal", "WHAT=NUMBER", member: "goals",
    """
    a page url:/pricing=100, an event event:signup=20, or what a property of an event amounts to: \
    sum:purchase:revenue=1000 (count, average). * is any run of characters
    """
  ) { text throws(UnreadableText) in [try goalValue(text)] }

  private static func text(_ name: String, _ placeholder: String, member: String?, _ help: String)
    -> ReportFlag
  {
    ReportFlag(name, placeholder, member: member, help) { [.string($0)] }
  }

  private static func list(
    _ name: String, _ placeholder: String, member: String, _ help: String,
    read: @escaping @Sendable (String) throws(UnreadableText) -> [JSONValue]
  ) -> ReportFlag {
    ReportFlag(name, placeholder, member: member, isList: true, help, read: read)
  }
}
