import JSON

/// A report that can be asked for by name: what it asks of whom, and how its result is shown.
public struct ReportKind: Sendable {
  /// Such as `funnel`.
  public let name: String
  /// Begins the text of a result, as in "Funnel of example.com".
  let title: String
  /// Its own flags; ``ReportFlag/common`` are those of every report.
  let ownFlags: [ReportFlag]
  /// The flags that must be given, how often at least, with an example each.
  var required: [(flag: String, times: Int, example: String)] = []
  /// Members of the params for which no flag is given.
  var defaults = JSONObject()
  /// Whether the ends of its range stand beside the other params, as in a query.
  var hasBareRange = false
  /// Whether it is of one currency, which may be left out where there is only one.
  var needsCurrency = false
  /// What follows "footfall report" in an example.
  let example: String
  /// What else was asked that the tables do not say, for the line below the title.
  var settings: @Sendable (ReportContext) -> [String] = { _ in [] }
  /// A result as text; empty where there is nothing in it.
  let text: @Sendable (JSONValue, ReportContext, Canvas) -> String

  /// The method of the protocol.
  public var method: String { "reports.\(name)" }

  public var flags: [ReportFlag] { ownFlags + ReportFlag.common }
}

extension ReportKind {
  /// The reports in the order in which they are listed. A new one is a file in `Reports`, and a name here.
  public static let all: [ReportKind] = [
    insights, goals, funnel, journey, retention, attribution, utm, revenue, currencies,
  ]
}
