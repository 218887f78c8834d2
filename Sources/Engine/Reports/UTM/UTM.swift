/// How often each campaign parameter occurs. Defined in `Sources/Engine/Reports/README.md`, section "utm".
public struct UTMRequest {
  /// The events that count.
  public var scope: ReportScope
  /// Query parameters that count besides those whose key begins with `utm_`.
  public var keys: [String] = []
  /// Whether visitors and visits are counted.
  public var hasMetrics = false
  /// Whether only the first pageview of each visit counts, and each of its parameters once.
  public var isByVisit = false

  public init(scope: ReportScope) { self.scope = scope }
}

/// One key of query strings, and how often each of its values occurs.
public struct UTMKey: Sendable {
  /// With its prefix, such as `utm_source`.
  public let key: String
  /// By views descending, then by name.
  public let values: [(value: String, numbers: UTMNumbers)]

  package init(key: String, values: [(value: String, numbers: UTMNumbers)]) {
    self.key = key
    self.values = values
  }
}

/// How often a campaign parameter occurs.
public struct UTMNumbers: Sendable, Equatable {
  /// Pageviews with it, as often as it is in the query string; by visit, the visits.
  public var views = 0
  /// Distinct sessions with it, if asked for.
  public var visitors = 0
  /// Distinct visits with it, if asked for.
  public var visits = 0

  package init(views: Int = 0, visitors: Int = 0, visits: Int = 0) {
    self.views = views
    self.visitors = visitors
    self.visits = visits
  }
}

extension WebsiteColumns {
  /// Returns the keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the
  /// others by name.
  public func utm(_ request: UTMRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> [UTMKey]
  {
    let campaigns =
      request.keys.isEmpty ? campaigns(executor) : Campaigns(self, keys: request.keys, executor)
    let numbers = try numbers(request, campaigns, executor)
    return campaigns.keys.compactMap { key, parameters in
      var seen: [(value: String, numbers: UTMNumbers)] = []
      for parameter in parameters where numbers[parameter.number].views > 0 {
        seen.append((parameter.value, numbers[parameter.number]))
      }
      guard !seen.isEmpty, !executor.isCancelled else { return nil }
      executor.sort(&seen) {
        $0.numbers.views != $1.numbers.views
          ? $0.numbers.views > $1.numbers.views : precedes($0.value, $1.value)
      }
      return UTMKey(key: key, values: seen)
    }
  }

  /// Returns the numbers of each parameter.
  private func numbers(
    _ request: UTMRequest, _ campaigns: Campaigns, _ executor: ParallelExecutor
  ) throws(ReportError) -> [UTMNumbers] {
    if request.isByVisit {
      let firsts = hasSharedVisits ? try scan(request.scope, executor, SharedVisitFirstViews()) : [:]
      return try scan(request.scope, executor, CampaignVisitsKernel(campaigns: campaigns, firsts: firsts)).all
    }
    if request.hasMetrics {
      return try scan(request.scope, executor, CampaignViewsKernel(campaigns: campaigns)).numbers.all
    }
    let counts = try scan(request.scope, executor, UTMKernel(campaigns: campaigns))
    return campaigns.parameterCounts(counts, on: executor).map { UTMNumbers(views: $0) }
  }
}

/// Counts the selected pageviews of each set of campaign parameters.
private struct UTMKernel: ReportKernel {
  let campaigns: Campaigns

  var selectsFewRows: Bool { true }

  /// By number of the set.
  func start() -> [Int] { Array(repeating: 0, count: campaigns.setCount) }

  func accumulate(_ block: BlockRows, into counts: inout [Int]) {
    let entries = campaigns.entries(of: block)
    block.forEachSelected(of: entries) { counts[Int($0.set)] += 1 }
  }

  func merge(_ other: [Int], into counts: inout [Int]) {
    for set in counts.indices { counts[set] += other[set] }
  }
}
