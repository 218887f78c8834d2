import JSON

extension ReportCase {
  /// Every report, with typical params.
  static let all = [
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
