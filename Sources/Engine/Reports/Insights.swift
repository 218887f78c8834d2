/// Pageviews, visitors, visits, bounces and time on site by any columns ("insights" in the reports'
/// contract).
public struct InsightsRequest {
  public var scope: ReportScope
  /// What to group by; one or more.
  public var fields: [TextColumn]

  public init(scope: ReportScope, fields: [TextColumn]) {
    self.scope = scope
    self.fields = fields
  }
}

public struct InsightsRow: Sendable, Equatable {
  public let views: Int
  public let visitors: Int
  public let visits: Int
  /// Stays, which are (session, visit) pairs, of exactly one pageview.
  public let bounces: Int
  /// The sum over stays of the whole seconds from the first to the last pageview.
  public let totalSeconds: Int64
  /// One a field of the request, in its order.
  public let values: [String]
}

extension WebsiteColumns {
  public static let maximumInsightsRows = 500

  /// By views descending, visitors descending, then the values by name.
  public func insights(_ request: InsightsRequest, on scanner: Scanner = Scanner()) -> [InsightsRow] {
    let partial = scan(request.scope, scanner, InsightsKernel(request.fields, self))
    let sharedVisits = partial.distinctSharedVisits()
    let groups = partial.tallies.indices.filter { partial.tallies[$0].views > 0 }
    let dictionaries = request.fields.map { dictionary($0) }
    func row(_ group: Int) -> InsightsRow {
      let tally = partial.tallies[group]
      return InsightsRow(
        views: tally.views, visitors: tally.visitors, visits: tally.visits + sharedVisits[group, default: 0],
        bounces: tally.bounces, totalSeconds: tally.totalSeconds,
        values: zip(dictionaries, partial.groups.codes(of: group)).map { $0[Int($1)] })
    }
    // Names are looked at only where the numbers leave the order open.
    let ranks = groups.map { (partial.tallies[$0].views, partial.tallies[$0].visitors) }.sorted(by: >)
    let threshold = ranks.prefix(Self.maximumInsightsRows).last ?? (0, 0)
    let rows = groups.filter { (partial.tallies[$0].views, partial.tallies[$0].visitors) >= threshold }
    return Array(rows.map(row).sorted(by: comesFirst).prefix(Self.maximumInsightsRows))
  }

  private func comesFirst(_ a: InsightsRow, _ b: InsightsRow) -> Bool {
    if a.views != b.views { return a.views > b.views }
    if a.visitors != b.visitors { return a.visitors > b.visitors }
    return a.values.lexicographicallyPrecedes(b.values, by: precedes)
  }
}
