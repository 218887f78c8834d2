import JSON

/// A question that a command answers: its name, its flags, and how its result is displayed.
public struct ReportDefinition: Sendable {
  /// For example `funnel`.
  public let name: String
  /// The method of the protocol, if it is not `reports.` and the name.
  var trafficMethod: String?
  /// The start of a result's title, as in "Funnel of example.com".
  let title: String
  /// Its own flags, in addition to ``ReportFlag/common``.
  let ownFlags: [ReportFlag]
  /// The required flags, each with a minimum number of uses and an example.
  var required: [(flag: String, times: Int, example: String)] = []
  /// Params for which the user gives no flag.
  var defaults = JSONObject()
  /// By name of a default: whether flags replace it.
  var replacedDefaults: [String: @Sendable (ReportArguments) -> Bool] = [:]
  /// What is wrong with flags that are right on their own; nil if nothing is.
  var combinationError: @Sendable (ReportArguments) -> FlagError? = { _ in nil }
  /// How its method answers `compare`.
  var comparison = CompareLayout.besideResult
  /// Whether the ends of its range are direct members of the params, as in a query.
  var rangeIsTopLevel = false
  /// Whether it is about a range of time.
  var hasRange = true
  /// Whether it is about measurements, which are no events, so that its range is not that of the events.
  public var countsMeasurements = false
  /// Whether its params have a range only if the user gives one.
  var rangeIsOptional = false
  /// A flag that chooses another method, which takes the same params.
  var methodFlag: (flag: String, method: String)?
  /// Whether it needs a currency, which may be omitted if the events have only one.
  var needsCurrency = false
  /// The text after "footfall report", or after "footfall" if it is a command of its own, in an example.
  let example: String
  /// Settings that the tables do not show, for the line below the title.
  var settings: @Sendable (ReportContext) -> [String] = { _ in [] }
  /// Says what in a result is empty, such as a step that nobody reached; nil if nothing is.
  var emptyReason: @Sendable (JSONValue) -> String? = { result in
    result.isBlank ? "nothing in this range counts for this report" : nil
  }
  /// Whether a result is bad news, so that the command ends with an exit code of its own.
  var isFailure: @Sendable (JSONValue) -> Bool = { _ in false }
  /// The result as text; empty if the result has no data.
  let text: @Sendable (JSONValue, ReportContext, Canvas) -> String
  /// The result as charts and tables.
  let figures: @Sendable (JSONValue, ReportContext) -> [Figure]

  /// How a method answers `compare`.
  enum CompareLayout {
    /// With the result for each range; the text shows one after the other.
    case besideResult
    /// With the result for each range; the text shows the numbers of both in one table.
    case merged
    /// Always, in the result, whose text shows both.
    case ownMember
  }

  /// The method of the protocol.
  public var method: String { trafficMethod ?? "reports.\(name)" }

  /// The words after `footfall` that select it: `stats`, or `report funnel`.
  public var command: String { trafficMethod == nil ? "report \(name)" : name }

  /// Its own flags, then those of every report.
  public var flags: [ReportFlag] { ownFlags + (hasRange ? ReportFlag.common : ReportFlag.commonWithoutRange) }
}

extension ReportDefinition {
  /// Everything that `footfall report` and the commands of traffic answer.
  public static let all: [ReportDefinition] = traffic + reports

  /// The commands of their own, in display order.
  public static let traffic: [ReportDefinition] = [
    stats, series, top, active, weekly, properties, values, check,
  ]

  /// All reports in display order. `Sources/README.md` says how to add one.
  public static let reports: [ReportDefinition] = [
    insights, goals, funnel, journey, retention, attribution, utm, revenue, currencies, performance,
  ]
}
