/// The most frequent paths through the site. Defined in `Sources/Engine/Reports/README.md`, section
/// "journey".
public struct JourneyRequest {
  /// The events that count.
  public var scope: ReportScope
  /// The maximum number of items of a journey, 2…20.
  public var steps: Int
  /// If set, the first item must equal this.
  public var startStep: String?
  /// If set, the last item must equal this.
  public var endStep: String?
  /// If set, only events of this type count.
  public var onlyType: UInt8?
  /// Events that meet one of these do not count.
  public var excluded: [EventCondition] = []
  /// What an event without a name shows.
  public var item = Dimension.column(.urlPath)
  /// New names for items of events without a name; the first group that matches decides.
  public var groups: [JourneyGroup] = []
  public var collapse = JourneyCollapse.after
  /// If set, a journey starts with the first event that meets it.
  public var from: EventCondition?
  /// If set, a journey ends with an event that meets it: the last one, or, if ``from`` is set, the first one after the
  /// start.
  public var to: EventCondition?
  /// Only journeys of at least this many visits are in a list.
  public var minimumCount = 1
  /// The maximum number of journeys in a list.
  public var limit = WebsiteColumns.defaultJourneys
  /// Whether all journeys are counted (see ``JourneyList/paths``).
  public var countsPaths = false

  public init(scope: ReportScope, steps: Int, startStep: String? = nil, endStep: String? = nil) {
    self.scope = scope
    self.steps = steps
    self.startStep = startStep
    self.endStep = endStep
  }
}

/// A name that replaces all items that match a pattern.
public struct JourneyGroup: Sendable {
  public var pattern: WildcardPattern
  public var name: String

  public init(_ pattern: WildcardPattern, name: String) {
    (self.pattern, self.name) = (pattern, name)
  }
}

/// When runs of the same item become one item.
public enum JourneyCollapse: String, Sendable {
  /// Before a journey is cut after `steps` items, or after that, or never.
  case before, after, none
}

/// The visits with the same items.
public struct Journey: Sendable, Equatable {
  /// Event names or what events without a name show. The last is nil if the visits had fewer events than `steps`; with
  /// only ``JourneyRequest/to``, the first is.
  public let items: [String?]
  /// The number of visits.
  public let count: Int

  package init(items: [String?], count: Int) { (self.items, self.count) = (items, count) }
}

/// The most frequent journeys, and how many others there are.
public struct JourneyList: Sendable, Equatable {
  /// By count descending, then item by item by name, nil first.
  public var rows: [Journey] = []
  /// The number of all visits with a journey.
  public var visits = 0
  /// The number of all distinct journeys; 0 unless ``JourneyRequest/countsPaths``.
  public var paths = 0

  package init(rows: [Journey] = [], visits: Int = 0, paths: Int = 0) {
    (self.rows, self.visits, self.paths) = (rows, visits, paths)
  }
}

extension WebsiteColumns {
  /// The number of journeys in a result, if the request does not say how many.
  public static let defaultJourneys = 100
  /// The maximum number of journeys in a result.
  public static let maximumJourneys = 10_000
  /// The maximum number of items of a journey.
  public static let maximumJourneySteps = LongJourneyPath.maximumItems

  /// Returns the most frequent journeys, by count descending, then item by item by name, nil first.
  public func journey(_ request: JourneyRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError)
    -> [Journey]
  {
    try journeyList(request, on: executor).rows
  }

  /// Returns the most frequent journeys, and how many there are.
  public func journeyList(_ request: JourneyRequest, on executor: ParallelExecutor = ParallelExecutor())
    throws(ReportError) -> JourneyList
  {
    let items = try JourneyItems(request, self, executor)
    let bits = items.bitsPerItem * request.steps
    if bits <= UInt64.bitWidth { return try journeys(request, items, UInt64.self, on: executor) }
    if bits <= UInt128.bitWidth { return try journeys(request, items, UInt128.self, on: executor) }
    if bits <= WideJourneyPath.bitWidth {
      return try journeys(request, items, WideJourneyPath.self, on: executor)
    }
    precondition(request.steps <= LongJourneyPath.maximumItems, "the schema lets through no more steps")
    return try journeys(request, items, LongJourneyPath.self, on: executor)
  }

  /// Computes the same with paths of a width that is sufficient.
  func journeys<Path: JourneyPath>(
    _ request: JourneyRequest, _ items: JourneyItems, _ path: Path.Type, on executor: ParallelExecutor
  ) throws(ReportError) -> JourneyList {
    guard let ends = JourneyEnds(request, items) else { return JourneyList() }
    let paths: JourneyPaths<Path>
    if request.isPlain {
      let kernel = JourneyKernel<Path>(
        steps: request.steps, firstItem: ends.first, lastItem: ends.last, items: items, executor: executor)
      paths = kernel.addingShared(try scan(request.eventScope, executor, kernel))
    } else {
      let sink = JourneyPathSink<Path>(bits: items.bitsPerItem)
      let kernel = try TrimmedJourneyKernel(
        request, items, VisitTrimming(request, ends, showsMissing: true), sink, self, executor)
      paths = kernel.addingShared(try scan(request.eventScope, executor, kernel)).paths
    }
    let groups = paths.shardGroupCount
    let empty = JourneyCounts<Path>(
      limit: request.limit, minimumCount: request.minimumCount, countsPaths: request.countsPaths,
      seed: paths.seed)
    let counts = executor.map(groups, start: { empty }) { group, counts in
      counts.count(paths.shards(group, of: groups))
    }
    var all = counts[0]
    for counts in counts.dropFirst() { all.merge(counts) }
    let bits = items.bitsPerItem
    let rows = all.mostFrequent(on: executor, items.precedes)
      .map { Journey(items: $0.path.items(bits: bits).map(items.text), count: $0.count) }
    return JourneyList(rows: rows, visits: all.visitCount, paths: all.pathCount)
  }
}

extension JourneyRequest {
  /// Whether a journey is just the first items of a visit.
  fileprivate var isPlain: Bool {
    item == .column(.urlPath) && from == nil && to == nil && collapse == .after && groups.isEmpty
  }

  /// The events that count. What is excluded never decides whether a filter holds, so it is one more condition.
  var eventScope: ReportScope {
    var scope = scope
    if let onlyType { scope.conditions.append(.eventType(onlyType)) }
    scope.conditions += excluded.map { .not($0) }
    return scope
  }
}

/// The items with which journeys must start and end; nil if any will do.
struct JourneyEnds: Sendable {
  var first: UInt32?
  var last: UInt32?

  /// Fails if no event shows a text with which journeys must start or end.
  init?(_ request: JourneyRequest, _ items: JourneyItems) {
    let (start, end) = (request.startStep.map(items.item), request.endStep.map(items.item))
    if start == .some(nil) || end == .some(nil) { return nil }
    first = start.flatMap(\.self)
    last = end.flatMap(\.self)
  }
}
