import JSON

/// A type of report: its name, its flags, and how its result is displayed.
public struct ReportKind: Sendable {
  /// For example `funnel`.
  public let name: String
  /// The start of a result's title, as in "Funnel of example.com".
  let title: String
  /// Its own flags, in addition to ``ReportFlag/common``.
  let ownFlags: [ReportFlag]
  /// The required flags, each with a minimum number of uses and an example.
  var required: [(flag: String, times: Int, example: String)] = []
  /// Params for which the user gives no flag.
  var defaults = JSONObject()
  /// Whether the ends of its range are direct members of the params, as in a query.
  var rangeIsTopLevel = false
  /// Whether it needs a currency, which may be omitted if the events have only one.
  var needsCurrency = false
  /// The text after "footfall report" in an example.
  let example: String
  /// Settings that the tables do not show, for the line below the title.
  var settings: @Sendable (ReportContext) -> [String] = { _ in [] }
  /// Says what in a result is empty, such as a step that nobody reached; nil if nothing is.
  var emptiness: @Sendable (JSONValue) -> String? = { result in
    result.isBlank ? "nothing in this range counts for this report" : nil
  }
  /// The result as text; empty if the result has no data.
  let text: @Sendable (JSONValue, ReportContext, Canvas) -> String

  /// The method of the protocol.
  public var method: String { "reports.\(name)" }

  /// Its own flags, then those of every report.
  public var flags: [ReportFlag] { ownFlags + ReportFlag.common }
}

extension ReportKind {
  /// All reports in display order. To add a report, add a file to `Reports` and its name here.
  public static let all: [ReportKind] = [
    insights, goals, funnel, journey, retention, attribution, utm, revenue, currencies,
  ]
}
