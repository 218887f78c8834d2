/// The most frequent ways through the site ("journey" in the reports' contract).
public struct JourneyRequest {
  public var scope: ReportScope
  /// How many events of each visit are looked at, 3…7.
  public var steps: Int
  /// The first item must be this, where given.
  public var startStep: String?
  /// The last item must be this, where given.
  public var endStep: String?

  public init(scope: ReportScope, steps: Int, startStep: String? = nil, endStep: String? = nil) {
    self.scope = scope
    self.steps = steps
    self.startStep = startStep
    self.endStep = endStep
  }
}

/// Visits that began with the same items.
public struct Journey: Sendable, Equatable {
  /// Event names or paths; the last is nil where the visits had fewer events than were asked for.
  public let items: [String?]
  public let count: Int
}

extension WebsiteColumns {
  public static let maximumJourneys = 100

  /// The most frequent journeys; by count descending, then items by name, nil first.
  public func journey(_ request: JourneyRequest) -> [Journey] {
    let items = JourneyItems(self)
    let kernel = JourneyKernel(steps: request.steps, items: items)
    let paths = kernel.countingShared(scan(request.scope, kernel))
    let start = request.startStep.map { items.item(of: $0) }
    let end = request.endStep.map { items.item(of: $0) }
    var found: [(path: [UInt32], count: Int)] = []
    for node in 0..<paths.counts.count where paths.counts[node] > 0 {
      let path = paths.items(of: UInt32(node))
      // A text that no event shows is the item nil, which equals no item.
      if let start, path.first != start { continue }
      if let end, path.last(where: { $0 != JourneyItems.end }) != end { continue }
      found.append((path, paths.counts[node]))
    }
    return mostFrequent(found, items)
  }

  private func mostFrequent(_ found: [(path: [UInt32], count: Int)], _ items: JourneyItems) -> [Journey] {
    // Names are looked at only where counts leave the order open.
    let threshold = found.map(\.count).sorted(by: >).prefix(Self.maximumJourneys).last ?? 0
    let journeys = found.filter { $0.count >= threshold }
      .map { Journey(items: $0.path.map(items.text), count: $0.count) }
      .sorted { $0.count != $1.count ? $0.count > $1.count : precedes($0.items, $1.items) }
    return Array(journeys.prefix(Self.maximumJourneys))
  }
}

/// Item by item by name, nil before any name, and a beginning before what it is a beginning of.
private func precedes(_ a: [String?], _ b: [String?]) -> Bool {
  for (x, y) in zip(a, b) {
    switch (x, y) {
    case (nil, nil): continue
    case (nil, _?): return true
    case (_?, nil): return false
    case (let x?, let y?):
      if precedes(x, y) { return true }
      if precedes(y, x) { return false }
    }
  }
  return a.count < b.count
}
