/// Pageviews, visitors, visits, bounces and time on site, grouped by any columns. Defined in
/// `Sources/Engine/Reports/README.md`, section "insights".
public struct InsightsRequest {
  /// The events that count.
  public var scope: ReportScope
  /// The columns to group by; at least one.
  public var fields: [TextColumn]
  /// If given, the rows are those with these values, in this order; the ones without views have zeros.
  public var rows: [[String]]?
  /// Which stays are bounces.
  public var bounce = BounceRule.single
  /// Whether rows are ordered by visitors, then views, and not the other way around.
  public var ordersByVisitors = false

  public init(scope: ReportScope, fields: [TextColumn]) {
    self.scope = scope
    self.fields = fields
  }
}

/// The figures of one group: the events with the same values in all fields.
public struct InsightsRow: Sendable, Equatable {
  /// Pageviews.
  public let views: Int
  /// Distinct sessions.
  public let visitors: Int
  /// Distinct visits.
  public let visits: Int
  /// Stays, which are (session, visit) pairs, with exactly one pageview, by the request's ``BounceRule``.
  public let bounces: Int
  /// The sum over stays of the whole seconds from the first to the last pageview.
  public let totalSeconds: Int64
  /// One for each field of the request, in its order.
  public let values: [String]
}

extension InsightsRow {
  fileprivate init(withoutViewsOf values: [String]) {
    self.init(views: 0, visitors: 0, visits: 0, bounces: 0, totalSeconds: 0, values: values)
  }
}

extension WebsiteColumns {
  /// The maximum number of groups in a result.
  public static let maximumInsightsRows = 500

  /// Returns the groups by views descending, visitors descending, or the other way around, then the values by name.
  public func insights(_ request: InsightsRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError)
    -> [InsightsRow]
  {
    let scope = try CompiledScope(request.scope, self, executor)
    let engaged = request.bounce == .engaged ? try engagedSharedVisits(scope.range, executor) : []
    let partial = scan(
      scope, executor,
      InsightsKernel(
        request.fields, bounce: request.bounce, scope.range, engagedSharedVisits: engaged, self, executor))
    let sharedVisits = partial.distinctSharedVisits(executor)
    let dictionaries = request.fields.map { dictionary($0) }
    func row(_ group: Int) -> InsightsRow {
      let accumulator = partial.accumulators[group]
      return InsightsRow(
        views: accumulator.views, visitors: accumulator.visitors,
        visits: accumulator.visits + sharedVisits[group, default: 0],
        bounces: accumulator.bounces, totalSeconds: accumulator.totalSeconds,
        values: zip(dictionaries, partial.groups.codes(of: group)).map { $0[Int($1)] })
    }
    func precedes(_ a: Int, _ b: Int) -> Bool {
      let (tallyOfA, tallyOfB) = (partial.accumulators[a], partial.accumulators[b])
      if tallyOfA.views != tallyOfB.views, !request.ordersByVisitors {
        return tallyOfA.views > tallyOfB.views
      }
      if tallyOfA.visitors != tallyOfB.visitors { return tallyOfA.visitors > tallyOfB.visitors }
      if tallyOfA.views != tallyOfB.views { return tallyOfA.views > tallyOfB.views }
      let (codesOfA, codesOfB) = (partial.groups.codes(of: a), partial.groups.codes(of: b))
      guard let field = codesOfA.indices.first(where: { codesOfA[$0] != codesOfB[$0] }) else { return false }
      return dictionaries[field].precedes(Int(codesOfA[field]), Int(codesOfB[field]))
    }
    let groups = partial.accumulators.indices.lazy.filter { partial.accumulators[$0].views > 0 }
    if let wanted = request.rows {
      // Strings are equal if they only look the same, bytes are not.
      func key(_ values: [String]) -> [[UInt8]] { values.map { Array($0.utf8) } }
      let rows = Dictionary(groups.lazy.map(row).map { (key($0.values), $0) }) { first, _ in first }
      return wanted.map { rows[key($0)] ?? InsightsRow(withoutViewsOf: $0) }
    }
    return executor.first(Self.maximumInsightsRows, of: groups, by: precedes).map(row)
  }
}
