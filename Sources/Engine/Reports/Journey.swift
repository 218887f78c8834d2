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
  public func journey(_ request: JourneyRequest, on scanner: Scanner = Scanner()) -> [Journey] {
    precondition(request.steps <= JourneyPath.scalarCount)
    let items = JourneyItems(self)
    let kernel = JourneyKernel(steps: request.steps, items: items)
    let paths = kernel.addingShared(scan(request.scope, scanner, kernel))
    // A text that no event shows is the item nil, which equals no item.
    let start = request.startStep.map { items.item(of: $0) }
    let end = request.endStep.map { items.item(of: $0) }
    let found = scanner.map(JourneyPaths.shardCount, start: { [(path: JourneyPath, count: Int)]() }) {
      $1 += paths.mostFrequent(Self.maximumJourneys, inShard: $0) { path in
        (start.map { $0 == path[0] } ?? true)
          && (end.map { $0 == path.items.last { $0 != JourneyItems.end } } ?? true)
      }
    }
    // Names are looked at only where counts leave the order open.
    let journeys = atLeastAsFrequent(found.flatMap(\.self), Self.maximumJourneys)
      .map { Journey(items: $0.path.items.map(items.text), count: $0.count) }
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
