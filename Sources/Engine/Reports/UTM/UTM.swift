/// How often each campaign parameter occurs. Defined in `Sources/Engine/Reports/README.md`, section "utm".
public struct UTMRequest {
  /// The events that count.
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

/// One `utm_` key of query strings, and how often each of its values occurs.
public struct UTMKey: Sendable {
  /// With its prefix, such as `utm_source`.
  public let key: String
  /// By count descending, then by name.
  public let values: [(value: String, count: Int)]
}

extension WebsiteColumns {
  /// Returns the keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the
  /// others by name.
  public func utm(_ request: UTMRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError) -> [UTMKey]
  {
    let campaigns = campaigns(executor)
    let counts = campaigns.parameterCounts(
      try scan(request.scope, executor, UTMKernel(campaigns: campaigns)), on: executor)
    return campaigns.keys.compactMap { key, parameters in
      var seen: [(value: String, count: Int)] = []
      for parameter in parameters where counts[parameter.number] > 0 {
        seen.append((parameter.value, counts[parameter.number]))
      }
      guard !seen.isEmpty, !executor.isCancelled else { return nil }
      executor.sort(&seen) { $0.count != $1.count ? $0.count > $1.count : precedes($0.value, $1.value) }
      return UTMKey(key: key, values: seen)
    }
  }
}

/// Counts the selected pageviews of each set of campaign parameters.
private struct UTMKernel: ReportKernel {
  let campaigns: Campaigns

  var selectsFewRows: Bool { true }

  /// By number of the set.
  func start() -> [Int] { Array(repeating: 0, count: campaigns.setCount) }

  func accumulate(_ block: BlockRows, into counts: inout [Int]) {
    let entries = campaigns.entries(of: block.partition)
    block.forEachSelected(of: entries) { counts[Int($0.set)] += 1 }
  }

  func merge(_ other: [Int], into counts: inout [Int]) {
    for set in counts.indices { counts[set] += other[set] }
  }
}
