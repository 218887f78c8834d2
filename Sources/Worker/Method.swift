import JSON

/// The one declaration of a method of the protocol.
///
/// Everything that lists methods is computed from ``all``: the dispatch table, the MCP tools, the types of saved reports,
/// and the OpenRPC document. A method's JSON Schemas are named after it; the `title` and `description` of its params'
/// schema describe it to people and to language models.
struct Method: Sendable {
  typealias Run = @Sendable (_ params: JSONObject, _ call: Call) throws(WorkerError) -> JSONValue

  /// For example `reports.funnel`.
  let name: String
  /// Where the params state the range.
  let range: MethodRange
  /// How it answers `compare`.
  let comparison: CompareSupport
  /// The type under which a report is saved and run, for example `funnel`; nil if the method is not a report.
  let reportType: String?
  /// The endpoint of Umami's API that it mirrors, for example `POST /api/reports/funnel`; a part such as
  /// `:reportId` is a placeholder, whose value becomes the member `reportId` of the params. Nil if Umami has no such endpoint.
  let endpoint: String?
  /// The endpoint of Umami 3 that takes the params in the form of a ``UmamiRequest``, for example `POST /api/reports/goal`.
  /// If another method has it as its ``endpoint``, the form of the request decides between them.
  let bodyEndpoint: String?
  /// The name of its MCP tool; nil if it is not a tool. Only letters, digits and `_`, which every client accepts.
  let tool: String?
  /// How the arguments of its tool differ from its params.
  let toolArguments: Set<ToolArgument>
  /// Whether it leaves the store unchanged.
  let isReadOnly: Bool
  /// Computes the result from params that have passed their schema.
  let run: Run

  /// Declares a report, the method `reports.TYPE`.
  init(
    report type: String, endpoint: String?, tool: String?, toolArguments: Set<ToolArgument> = [],
    range: MethodRange = .dateRange, comparison: CompareSupport = .beside, run: @escaping Run
  ) {
    (name, reportType, self.endpoint, self.tool) = ("reports.\(type)", type, endpoint, tool)
    (isReadOnly, self.run, bodyEndpoint, self.toolArguments) = (true, run, nil, toolArguments)
    (self.range, self.comparison) = (range, comparison)
  }

  /// Declares a report in the form of Umami 3, the method `umami.NAME`.
  ///
  /// - Parameter reportType: The type under which it is saved, if no other method has the type.
  init(
    umami name: String, endpoint: String? = nil, bodyEndpoint: String? = nil, reportType: String? = nil,
    comparison: CompareSupport = .none, run: @escaping Run
  ) {
    (self.name, self.endpoint, self.bodyEndpoint) = ("umami.\(name)", endpoint, bodyEndpoint)
    (self.reportType, tool, isReadOnly, self.run) = (reportType, nil, true, run)
    (range, self.comparison, toolArguments) = (.traffic, comparison, [])
  }

  /// Declares a method that is not a report.
  init(
    _ name: String, endpoint: String? = nil, tool: String? = nil, toolArguments: Set<ToolArgument> = [],
    isReadOnly: Bool = true, range: MethodRange = .none, comparison: CompareSupport = .none,
    run: @escaping Run
  ) {
    precondition(tool == nil || isReadOnly, "tools only read")
    (self.name, reportType, self.endpoint, self.tool) = (name, nil, endpoint, tool)
    (self.isReadOnly, self.run, bodyEndpoint, self.toolArguments) = (isReadOnly, run, nil, toolArguments)
    (self.range, self.comparison) = (range, comparison)
  }
}

/// How the arguments of a tool differ from the params of its method.
enum ToolArgument: Sendable {
  /// It declares `limit`, which the params do not have: its list grows with the data, and the reply has the first rows.
  case limit
  /// It may be called without a range.
  case optionalRange
  /// Its filters can select visitors by what they did.
  case visitorFilters
}

extension Method {
  /// Every method, in the order in which documents and tool lists show them.
  static let all: [Method] = [
    .listWebsites, .stats, .pageviews, .series, .metrics, .expandedMetrics, .eventSeries, .eventStats,
    .sessionStats,
    .weeklySessions, .eventList, .eventDataEvents, .eventDataProperties, .eventDataValues, .eventDataStats,
    .active,
    .dateRangeOfEvents, .columnValues,
    .utm, .currencies, .revenue, .journey, .retention, .insights, .goals, .funnel, .attribution, .performance,
    .segment,
    .umamiGoal, .umamiFunnel, .umamiJourney, .umamiRetention, .umamiBreakdown, .umamiUTM, .umamiUTMMetrics,
    .umamiRevenue, .umamiRevenueStats, .umamiRevenueChart, .umamiRevenueMetrics, .umamiAttribution,
    .umamiPerformance, .umamiPerformanceStats, .umamiPerformanceChart, .umamiPerformanceMetrics,
    .umamiReports,
    .listReports, .getReport, .runReport, .checkReports, .createReport, .updateReport, .deleteReport,
    .appendEvents, .inspectStore, .discover,
  ]

  /// The method that runs saved reports of this type; nil for a type that only another program knows.
  static func report(ofType type: String) -> Method? {
    all.first { method in method.reportType.map { sameScalars($0, type) } ?? false }
  }

  /// The types of saved reports that can be run.
  static var reportTypes: [String] { all.compactMap(\.reportType) }
}
