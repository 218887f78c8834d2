/// The most frequent paths through the site. Defined in `Sources/Engine/Reports/README.md`, section
/// "journey".
public struct JourneyRequest {
  /// The events that count.
  public var scope: ReportScope
  /// How many events of each visit are used, 2…7.
  public var steps: Int
  /// If set, the first item must equal this.
  public var startStep: String?
  /// If set, the last item must equal this.
  public var endStep: String?

  public init(scope: ReportScope, steps: Int, startStep: String? = nil, endStep: String? = nil) {
    self.scope = scope
    self.steps = steps
    self.startStep = startStep
    self.endStep = endStep
  }
}

/// The visits that began with the same items.
public struct Journey: Sendable, Equatable {
  /// Event names or paths; the last is nil if the visits had fewer events than `steps`.
  public let items: [String?]
  /// The number of visits.
  public let count: Int
}

extension WebsiteColumns {
  /// The maximum number of journeys in a result.
  public static let maximumJourneys = 100

  /// Returns the most frequent journeys, by count descending, then item by item by name, nil first.
  public func journey(_ request: JourneyRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ScopeError)
    -> [Journey]
  {
    let items = JourneyItems(self, executor)
    let bits = items.bitsPerItem * request.steps
    precondition(bits <= WideJourneyPath.bitWidth, "the schema lets through no more than 7 steps")
    if bits <= UInt64.bitWidth { return try journey(request, items, UInt64.self, on: executor) }
    if bits <= UInt128.bitWidth { return try journey(request, items, UInt128.self, on: executor) }
    return try journey(request, items, WideJourneyPath.self, on: executor)
  }

  /// Computes the same with paths of a width that is sufficient.
  func journey<Path: JourneyPath>(
    _ request: JourneyRequest, _ items: JourneyItems, _ path: Path.Type, on executor: ParallelExecutor
  ) throws(ScopeError) -> [Journey] {
    let (start, end) = (request.startStep.map(items.item), request.endStep.map(items.item))
    // If no event shows a text, its item is nil, and no visit starts or ends with it.
    if start == .some(nil) || end == .some(nil) { return [] }
    let kernel = JourneyKernel<Path>(
      steps: request.steps, firstItem: start.flatMap(\.self), lastItem: end.flatMap(\.self), items: items,
      executor: executor)
    let paths = kernel.addingShared(try scan(request.scope, executor, kernel))
    let counts = executor.map(
      JourneyPaths<Path>.shardCount,
      start: { JourneyCounts<Path>(limit: Self.maximumJourneys, seed: paths.seed) }
    ) { shard, counts in counts.count(paths.paths(inShard: shard)) }
    var all = counts[0]
    for counts in counts.dropFirst() { all.merge(counts) }
    let bits = items.bitsPerItem
    return all.mostFrequent(on: executor, items.precedes)
      .map { Journey(items: $0.path.items(bits: bits).map(items.text), count: $0.count) }
  }
}
