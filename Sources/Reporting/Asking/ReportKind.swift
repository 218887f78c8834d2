import JSON

/// A report that can be asked for by name, and what it asks of whom.
public struct ReportKind: Sendable {
  /// Such as `funnel`.
  public let name: String
  /// Begins the text of a result, as in "Funnel of example.com".
  let title: String
  /// What it answers, a sentence.
  let summary: String
  /// Its own flags; ``ReportFlag/common`` are those of every report.
  let ownFlags: [ReportFlag]
  /// The flags that must be given, how often at least, with an example each.
  let required: [(flag: String, times: Int, example: String)]
  /// Members of the params for which no flag is given.
  let defaults: JSONObject
  /// What follows "footfall report" in an example.
  let example: String

  /// The method of the protocol.
  public var method: String { "reports.\(name)" }

  public var flags: [ReportFlag] { ownFlags + ReportFlag.common }
}

extension ReportKind {
  /// The reports in the order in which they are listed.
  public static let all: [ReportKind] = [
    insights, goals, funnel, journey, retention, attribution, utm, revenue, currencies,
  ]

  static let insights = ReportKind(
    name: "insights", title: "Insights",
    summary: "Pageviews, visitors, visits, bounces and time, grouped by whatever is asked for.",
    ownFlags: [.fields], required: [("--field", 1, "--field country")], defaults: [:],
    example: "insights store.db --field country,device --from last-month")
  static let goals = ReportKind(
    name: "goals", title: "Goals",
    summary: "How often pages were seen and events happened, beside how often that was wanted.",
    ownFlags: [.goals], required: [("--goal", 1, "--goal url:/pricing=100")], defaults: [:],
    example: "goals store.db --goal url:/pricing=100 --goal sum:purchase:revenue=1000 --during 2026-03")
  static let funnel = ReportKind(
    name: "funnel", title: "Funnel",
    summary: "How many visitors get from step to step, each in time after the one before.",
    ownFlags: [.steps, .window], required: [("--step", 2, "--step url:/ --step url:/pricing")],
    defaults: ["window": 60],
    example: "funnel store.db --step url:/ --step url:/pricing --window 30 --during 2026-03")
  static let journey = ReportKind(
    name: "journey", title: "Journeys",
    summary: "The most frequent ways in which visits begin.",
    ownFlags: [.journeyLength, .startStep, .endStep], required: [], defaults: ["steps": 5],
    example: "journey store.db --steps 4 --start-step / --from 7d")
  static let retention = ReportKind(
    name: "retention", title: "Retention",
    summary: "How many of the visitors who first came on a day came back on later days.",
    ownFlags: [], required: [], defaults: [:],
    example: "retention store.db --during 2026-03 --timezone Europe/Berlin")
  static let attribution = ReportKind(
    name: "attribution", title: "Attribution",
    summary: "Which sources visitors came from who converted.",
    ownFlags: [.conversion, .model, .weighingCurrency], required: [("--step", 1, "--step event:purchase")],
    defaults: ["model": "first-click"],
    example: "attribution store.db --step event:purchase --model last-click --from last-month")
  static let utm = ReportKind(
    name: "utm", title: "Campaign parameters",
    summary: "How often each value of each utm_ parameter came with pageviews.",
    ownFlags: [], required: [], defaults: [:],
    example: "utm store.db --from 30d --filter country=DE")
  static let revenue = ReportKind(
    name: "revenue", title: "Revenue",
    summary: "Money over time, by country, and by currency.",
    ownFlags: [.currency, .unit], required: [], defaults: [:],
    example: "revenue store.db --currency EUR --unit month --during 2026")
  static let currencies = ReportKind(
    name: "currencies", title: "Currencies",
    summary: "The currencies that events name.",
    ownFlags: [], required: [], defaults: [:],
    example: "currencies store.db --during 2026")
}
