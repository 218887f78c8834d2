import JSON

extension ReportCase {
  /// Every report and the most frequent questions about traffic, with typical params.
  static let all = reports + traffic

  private static let reports = [
    ReportCase("utm", "reports.utm", reads: [.query, .type], [:]),
    goals,
    ReportCase("revenue", "reports.revenue", reads: [.properties], ["currency": "USD"]),
    ReportCase(
      "funnel", "reports.funnel", reads: [.path, .eventName, .time],
      [
        "window": 60,
        "steps": [
          ["type": "url", "value": "/"], ["type": "url", "value": "/pricing"],
          ["type": "event", "value": "signup"],
        ],
      ]),
    ReportCase(
      "attribution", "reports.attribution", reads: [.eventName, .type],
      ["model": "lastClick", "steps": [["type": "event", "value": "signup"]]]),
    ReportCase("retention", "reports.retention", reads: [.time], [:]),
    ReportCase(
      "insights by country, browser", "reports.insights",
      reads: [.path, .type, .visit, .time, .country, .browser],
      [
        "fields": [["name": "country"], ["name": "browser"]],
        "filters": [["name": "url", "operator": "c", "value": "blog"]],
      ]),
    ReportCase(
      "insights by url", "reports.insights", reads: [.path, .type, .visit, .time],
      ["fields": [["name": "url"]]]),
    ReportCase("journey", "reports.journey", reads: [.path, .eventName, .visit], ["steps": 5]),
  ]

  /// The last three are `stats` of some visits or visitors: those with an event that has a property, those who signed up,
  /// and those of a channel.
  private static let traffic = [
    ReportCase("stats", "websites.stats", reads: [.type, .visit, .time], [:]),
    ReportCase("pageviews by day", "websites.pageviews", reads: [.type, .time], ["unit": "day"]),
    ReportCase(
      "series by day, channel", "websites.series",
      reads: [.type, .visit, .time, .utmSource, .utmMedium, .referrer],
      ["unit": "day", "by": ["name": "channel", "limit": 10]]),
    ReportCase("metrics by path", "websites.metrics", reads: [.path, .type], ["type": "path"]),
    ReportCase(
      "expanded by path", "websites.metrics.expanded", reads: [.path, .type, .visit, .time],
      ["type": "path"]),
    ReportCase(
      "stats of a property", "websites.stats", reads: [.type, .visit, .time, .properties],
      ["filters": [["name": "property:plan", "operator": "eq", "value": "free"]]]),
    ReportCase(
      "stats of those who did", "websites.stats", reads: [.type, .visit, .time, .eventName],
      [
        "filters": [
          ["did": ["by": "visitor", "filters": [["name": "event", "operator": "eq", "value": "signup"]]]]
        ]
      ]),
    ReportCase(
      "stats of a channel", "websites.stats",
      reads: [.type, .visit, .time, .utmSource, .utmMedium, .referrer],
      ["filters": [["name": "channel", "operator": "eq", "value": "Organic Search"]]]),
  ]

  /// This report is also the first request to a new process, and is requested thousands of times for a day.
  static let goals = ReportCase(
    "goals", "reports.goals", reads: [.path, .eventName],
    [
      "goals": [
        ["type": "url", "value": "/", "goal": 1000], ["type": "event", "value": "signup", "goal": 1000],
        [
          "type": "event-data", "value": "purchase", "property": "revenue", "operator": "sum", "goal": 1000,
        ],
      ]
    ])

  /// Counts every event, because a star matches every path.
  static let count = ReportCase(
    "count", "reports.goals", reads: [.path], ["goals": [["type": "url", "value": "*", "goal": 1]]])
}
