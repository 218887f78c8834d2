public import Calendar

/// Computes reports over the events of one website. ``WebsiteColumns`` does, over columns in memory.
///
/// Its functions are those of `WebsiteColumns`, whose comments say what they return. The result of a report whose executor was
/// cancelled meanwhile is incomplete and must be discarded.
public protocol ReportBackend {
  func attribution(_ request: AttributionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> AttributionReport
  func attributionCredit(_ request: AttributionCreditRequest, on executor: ParallelExecutor)
    throws(ReportError) -> AttributionCreditReport
  func currencies(_ request: CurrenciesRequest, on executor: ParallelExecutor) throws(ReportError) -> [String]
  func funnel(_ request: SimpleFunnelRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [FunnelStep]
  func funnel(_ request: FunnelRequest, on executor: ParallelExecutor) throws(ReportError) -> FunnelResult
  func goals(_ request: GoalsRequest, on executor: ParallelExecutor) throws(ReportError) -> [GoalResult]
  func goalsReport(_ request: GoalsRequest, on executor: ParallelExecutor) throws(ReportError) -> GoalsReport
  func insights(_ request: InsightsRequest, on executor: ParallelExecutor) throws(ReportError) -> Insights
  func journeyList(_ request: JourneyRequest, on executor: ParallelExecutor) throws(ReportError)
    -> JourneyList
  func journeyGraph(_ request: JourneyRequest, nodeLimit: Int?, on executor: ParallelExecutor)
    throws(ReportError) -> JourneyGraph
  func performance(_ request: PerformanceRequest, on executor: ParallelExecutor) throws(ReportError)
    -> PerformanceReport
  func retention(_ request: RetentionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [RetentionCell]
  func retentionReport(_ request: RetentionRequest, on executor: ParallelExecutor) throws(ReportError)
    -> RetentionReport
  func revenue(_ request: RevenueRequest, on executor: ParallelExecutor) throws(ReportError) -> RevenueReport
  func revenueSources(_ request: RevenueRequest, on executor: ParallelExecutor) throws(ReportError)
    -> RevenueSources
  func utm(_ request: UTMRequest, on executor: ParallelExecutor) throws(ReportError) -> [UTMKey]

  // Traffic

  func trafficNumbers(_ request: TrafficRequest, on executor: ParallelExecutor) throws(ReportError)
    -> TrafficNumbers
  func trafficNumbers(_ request: TrafficRequest, of events: CountedEvents, on executor: ParallelExecutor)
    throws(ReportError) -> TrafficNumbers
  func visitorCount(_ scope: ReportScope, on executor: ParallelExecutor) throws(ReportError) -> Int
  func trafficSeries(
    _ request: TrafficRequest, by units: SeriesUnits, countsCustomEvents: Bool, on executor: ParallelExecutor
  ) throws(ReportError) -> [TrafficPoint]
  func trafficSeries(_ request: TrafficSeriesRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [TrafficSeries]
  func trafficBreakdown(_ request: TrafficBreakdownRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [TrafficBreakdownRow]
  func eventSeries(
    _ request: TrafficRequest, by units: SeriesUnits, limit: Int?, on executor: ParallelExecutor
  ) throws(ReportError) -> [NamedEventCount]
  func distinctValues(
    of column: TextColumn, among events: CountedEvents, _ scope: ReportScope, on executor: ParallelExecutor
  ) throws(ReportError) -> Int
  func columnValues(
    _ column: TextColumn, containing search: String, of scope: ReportScope, limit: Int,
    on executor: ParallelExecutor
  ) throws(ReportError) -> [(value: String, count: Int)]
  func weeklySessions(_ scope: ReportScope, in rules: TimeZoneRules, on executor: ParallelExecutor)
    throws(ReportError) -> [[Int]]
  func eventExtent(_ scope: ReportScope, on executor: ParallelExecutor) throws(ReportError)
    -> ClosedRange<Int64>?

  func has(_ text: String, in column: TextColumn, on executor: ParallelExecutor) throws(ReportError) -> Bool

  // Properties

  func has(propertyKey key: String, on executor: ParallelExecutor) throws(ReportError) -> Bool
  func propertyRecords(_ request: PropertyRecordsRequest, on executor: ParallelExecutor) throws(ReportError)
    -> [PropertyRecords]
  func propertyTotals(_ request: PropertyRecordsRequest, on executor: ParallelExecutor) throws(ReportError)
    -> PropertyTotals
  func propertyValues(
    _ key: String, of event: String, _ scope: ReportScope, limit: Int, on executor: ParallelExecutor
  ) throws(ReportError) -> [(value: String, count: Int)]
}

extension WebsiteColumns: ReportBackend {}

/// Why a report could not be computed.
public enum ReportError: Error, Sendable {
  /// A condition cannot be evaluated; `index` is its place in the scope's conditions, nil if it is not one of them.
  case condition(FilterError, index: Int?)
  /// Where the events are, this cannot be computed: what it is, such as `order: "any"`.
  case unsupported(String)
  /// Reading the events failed; the snapshot knows why.
  case unreadable
}
