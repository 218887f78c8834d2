/// How often each campaign parameter was seen ("utm" in the reports' contract).
public struct UTMRequest {
  public var scope: ReportScope

  public init(scope: ReportScope) { self.scope = scope }
}

/// One `utm_` key of query strings and how often each of its values was seen.
public struct UTMKey: Sendable {
  public let key: String
  /// By count descending, then name.
  public let values: [(value: String, count: Int)]
}

extension WebsiteColumns {
  /// The keys in the order utm_source, utm_medium, utm_campaign, utm_content, utm_term, then the rest by
  /// name.
  public func utm(_ request: UTMRequest, on scanner: Scanner = Scanner()) -> [UTMKey] {
    let campaigns = campaigns
    let counts = scan(request.scope, scanner, UTMKernel(campaigns: campaigns))
    return campaigns.keys.compactMap { key, parameters in
      let values = parameters.map { (value: $0.value, count: $0.sets.reduce(0) { $0 + counts[$1] }) }
      let seen = values.filter { $0.count > 0 }
      guard !seen.isEmpty else { return nil }
      return UTMKey(
        key: key,
        values: seen.sorted { $0.count != $1.count ? $0.count > $1.count : precedes($0.value, $1.value) })
    }
  }
}

/// Counts the selected pageviews of each set of campaign parameters.
private struct UTMKernel: ReportKernel {
  let campaigns: Campaigns

  var looksAtFewRows: Bool { true }

  /// By number of the set.
  func start() -> [Int] { Array(repeating: 0, count: campaigns.setCount) }

  func take(_ block: BlockRows, into counts: inout [Int]) {
    let entries = campaigns.entries(of: block.partition)
    block.forEachSelected(of: entries) { counts[Int($0.set)] += 1 }
  }

  func merge(_ other: [Int], into counts: inout [Int]) {
    for set in counts.indices { counts[set] += other[set] }
  }
}
