import JSON

extension ReportCase {
  /// Every report, the most frequent questions about traffic, and reports with options, with typical params.
  static let all = reports + traffic + options

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

  private static let steps: JSONValue = [
    ["type": "url", "value": "/"], ["type": "url", "value": "/pricing"],
    ["type": "event", "value": "signup"],
  ]

  private static let options = [
    ReportCase(
      "funnel within a day", "reports.funnel", reads: [.path, .eventName, .time],
      [
        "windowUnit": "hour", "totalWindow": 24,
        "steps": [
          ["type": "url", "value": "/"], ["type": "url", "value": "/pricing", "optional": true],
          ["type": "url", "value": "/cart"], ["type": "event", "value": "purchase"],
        ], "exclusions": [["type": "event", "value": "search"]],
      ]),
    ReportCase(
      "funnel by channel, timing", "reports.funnel",
      reads: [.path, .eventName, .visit, .time, .utmSource, .utmMedium, .referrer],
      [
        "window": 60, "steps": steps, "timing": true,
        "breakdown": ["name": "channel", "at": "visit", "rest": true],
      ]),
    ReportCase(
      "journey from, to", "reports.journey", reads: [.path, .eventName, .visit],
      ["steps": 5, "from": ["type": "url", "value": "/"], "to": ["type": "event", "value": "signup"]]),
    ReportCase(
      "journey as a graph", "reports.journey", reads: [.path, .eventName, .visit],
      ["steps": 5, "output": "graph", "nodes": 20]),
    ReportCase(
      "retention by week, total", "reports.retention", reads: [.time],
      ["unit": "week", "dense": true, "total": true]),
    ReportCase(
      "retention on or after", "reports.retention", reads: [.time],
      ["unit": "week", "criterion": "onOrAfter"]),
    ReportCase(
      "retention by country", "reports.retention", reads: [.time, .country],
      ["unit": "week", "breakdown": ["name": "country", "rest": true]]),
    ReportCase(
      "visits by channel", "reports.insights",
      reads: [.type, .visit, .time, .utmSource, .utmMedium, .referrer],
      ["fields": [["name": "channel"]], "scope": "visit"]),
    ReportCase(
      "insights by property", "reports.insights", reads: [.type, .visit, .time, .properties],
      ["fields": [["name": "property:plan"]], "of": ["type": "custom"]]),
    ReportCase(
      "visits by hour", "reports.insights", reads: [.type, .visit, .time],
      ["fields": [["name": "hour"]], "scope": "visit"]),
    ReportCase(
      "goals with metrics", "reports.goals", reads: [.path, .eventName, .visit],
      ["goals": goals.parameters["goals"] ?? [], "metrics": true]),
    ReportCase(
      "revenue by channel, metrics", "reports.revenue",
      reads: [.properties, .visit, .utmSource, .utmMedium, .referrer],
      ["currency": "USD", "by": [["name": "channel"]], "rest": true, "metrics": true]),
    ReportCase(
      "attribution, all models", "reports.attribution",
      reads: [.eventName, .type, .visit, .time, .utmSource, .utmMedium, .referrer],
      [
        "models": ["last", "first", "lastNonDirect", "linear", "position", "timeDecay", "shapley"],
        "steps": [["type": "event", "value": "signup"]], "conversions": "every", "rest": true,
      ]),
    ReportCase("utm with metrics", "reports.utm", reads: [.query, .type, .visit], ["metrics": true]),
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
