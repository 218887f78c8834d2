/// How visits went from item to item: each place of a journey and item is a node. Defined in
/// `Sources/Engine/Reports/README.md`, section "journey".
///
/// Parts add up: `count` of a node is the sum of the links that leave it, `ends` and `cut`, and, except in the first
/// step, the sum of the links that lead to it. If places are counted from the end, it is the other way around.
public struct JourneyGraph: Sendable, Equatable {
  public struct Node: Sendable, Equatable {
    /// From 1 up or, if a request asks only for the end of visits, from −1 down.
    public let step: Int
    /// Nil if the node represents all items of the place that have no node of their own.
    public let item: String?
    /// The number of visits that have the item there.
    public let count: Int
    /// The visits that end there; if places are counted from the end, the visits that start there.
    public let ends: Int
    /// The visits of which the other items were cut off.
    public let cut: Int

    package init(step: Int, item: String?, count: Int, ends: Int, cut: Int) {
      (self.step, self.item, self.count, self.ends, self.cut) = (step, item, count, ends, cut)
    }
  }

  public struct Link: Sendable, Equatable {
    /// That of the node from which it leads to the next.
    public let step: Int
    /// Items of nodes.
    public let from: String?
    public let to: String?
    /// The number of visits.
    public let count: Int

    package init(step: Int, from: String?, to: String?, count: Int) {
      (self.step, self.from, self.to, self.count) = (step, from, to, count)
    }
  }

  /// By place; at each by count descending, then by item, nil first.
  public var nodes: [Node] = []
  /// By place of the node from which they lead; at each by count descending, then by `from` and `to`, nil first.
  public var links: [Link] = []
  /// Whether places are counted from the end.
  public let countsFromEnd: Bool

  package init(nodes: [Node] = [], links: [Link] = [], countsFromEnd: Bool) {
    (self.nodes, self.links, self.countsFromEnd) = (nodes, links, countsFromEnd)
  }
}

extension WebsiteColumns {
  /// Returns the graph of journeys. ``JourneyRequest/limit`` and ``JourneyRequest/minimumCount`` do not apply.
  ///
  /// - Parameter nodeLimit: The number of items of each place that have nodes of their own; nil: all.
  public func journeyGraph(
    _ request: JourneyRequest, nodeLimit: Int? = nil, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ReportError) -> JourneyGraph {
    let items = try JourneyItems(request, self, executor)
    let countsFromEnd = request.from == nil && request.to != nil
    let empty = JourneyGraph(countsFromEnd: countsFromEnd)
    guard let ends = JourneyEnds(request, items) else { return empty }
    let trimming = VisitTrimming(request, ends, showsMissing: false)
    let sink = JourneyPlaces(isBackward: trimming.keepsEnd)
    let kernel = try TrimmedJourneyKernel(request, items, trimming, sink, self, executor)
    let places = kernel.addingShared(try scan(request.eventScope, executor, kernel))
    // Of a cancelled scan, some visits may be missing.
    if executor.isCancelled { return empty }
    let layout = GraphLayout(places, items, nodeLimit: nodeLimit, countsFromEnd: countsFromEnd, executor)
    return executor.isCancelled ? empty : layout.graph(executor)
  }
}
