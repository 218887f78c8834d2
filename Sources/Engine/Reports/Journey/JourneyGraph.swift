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
  }

  public struct Link: Sendable, Equatable {
    /// That of the node from which it leads to the next.
    public let step: Int
    /// Items of nodes.
    public let from: String?
    public let to: String?
    /// The number of visits.
    public let count: Int
  }

  /// By place; at each by count descending, then by item, nil first.
  public var nodes: [Node] = []
  /// By place of the node from which they lead; at each by count descending, then by `from` and `to`, nil first.
  public var links: [Link] = []
  /// Whether places are counted from the end.
  public let countsFromEnd: Bool
}

extension WebsiteColumns {
  /// Returns the graph of journeys. ``JourneyRequest/limit`` and ``JourneyRequest/minimumCount`` do not apply.
  ///
  /// - Parameter nodeLimit: The number of items of each place that have nodes of their own; nil: all.
  public func journeyGraph(
    _ request: JourneyRequest, nodeLimit: Int? = nil, on executor: ParallelExecutor = ParallelExecutor()
  ) throws(ScopeError) -> JourneyGraph {
    let items = try JourneyItems(request, self, executor)
    return JourneyLink<UInt64>.bits(items) * 3 <= UInt64.bitWidth
      ? try graph(request, items, nodeLimit, UInt64.self, executor)
      : try graph(request, items, nodeLimit, UInt128.self, executor)
  }

  private func graph<Key: JourneyPath>(
    _ request: JourneyRequest, _ items: JourneyItems, _ nodeLimit: Int?, _ key: Key.Type,
    _ executor: ParallelExecutor
  ) throws(ScopeError) -> JourneyGraph {
    let countsFromEnd = request.from == nil && request.to != nil
    let empty = JourneyGraph(countsFromEnd: countsFromEnd)
    guard let ends = JourneyEnds(request, items) else { return empty }
    let trimming = VisitTrimming(request, ends, showsMissing: false)
    let sink = JourneyLinkSink<Key>(items, isBackward: trimming.keepsEnd)
    let kernel = try TrimmedJourneyKernel(request, items, trimming, sink, self, executor)
    let links = kernel.addingShared(try scan(request.eventScope, executor, kernel)).links
    let parts = links.partCount
    let counted = executor.map(parts, start: { JourneyLinkCounts<Key>(items, seed: links.seed) }) {
      part, counts in counts.count(links.part(part, of: parts))
    }
    // Of a cancelled scan, some links may be missing, so that nodes would be too.
    if executor.isCancelled { return empty }
    let layout = GraphLayout(
      counted.map(\.links), items, nodeLimit: nodeLimit, countsFromEnd: countsFromEnd, executor)
    return executor.isCancelled ? empty : layout.graph(executor)
  }
}

/// A step of a visit from the item at a place to the item at the next, as it is counted.
private struct JourneyLink<Key: JourneyPath>: Sendable {
  /// From 1 up.
  let place: UInt32
  let from: UInt32
  /// An item, `ending` or `cut`.
  let to: UInt32
  let count: Int

  /// Two numbers that are no items: the visit has no more items, or they were cut off.
  static var ending: UInt32 { 0 }
  static var cut: UInt32 { 1 }

  /// The number of bits of a place or an item in a key.
  static func bits(_ items: JourneyItems) -> Int { max(items.bitsPerItem, Int(bitsOfPlace)) }
  private static var bitsOfPlace: Int { Int.bitWidth - LongJourneyPath.maximumItems.leadingZeroBitCount }

  @inline(__always)
  static func key(_ place: UInt32, _ from: UInt32, _ to: UInt32, bits: Int) -> Key {
    var key = Key()
    key.append(place, bits: bits)
    key.append(from, bits: bits)
    key.append(to, bits: bits)
    return key
  }

  init(_ key: Key, count: Int, bits: Int) {
    place = key.item(before: 2, bits: bits)
    from = key.item(before: 1, bits: bits)
    to = key.item(before: 0, bits: bits)
    self.count = count
  }
}

/// Collects visits as the links of their items.
private struct JourneyLinkSink<Key: JourneyPath>: JourneySink {
  var links: JourneyPaths<Key>
  private let bits: Int
  private let isBackward: Bool

  init(_ items: JourneyItems, isBackward: Bool) {
    // The seed is random, so that no visitor can make hashes collide.
    links = JourneyPaths(seed: UInt64.random(in: .min ... .max))
    bits = JourneyLink<Key>.bits(items)
    self.isBackward = isBackward
  }

  mutating func add(_ visits: TrimmedVisits) {
    let (items, ends, isCut) = (visits.items.span, visits.ends.span, visits.isCut.span)
    var first = 0
    for visit in 0..<visits.count {
      let count = Int(ends[visit]) - first
      let (start, stride) = isBackward ? (first + count - 1, -1) : (first, 1)
      var from = items[start]
      for place in 1..<count {
        let to = items[start + place * stride]
        links.add(JourneyLink.key(UInt32(place), from, to, bits: bits))
        from = to
      }
      let last = isCut[visit] ? JourneyLink<Key>.cut : JourneyLink<Key>.ending
      links.add(JourneyLink.key(UInt32(count), from, last, bits: bits))
      first += count
    }
  }

  mutating func merge(_ other: JourneyLinkSink) { links.merge(other.links) }
}

/// Counts links, part by part.
private struct JourneyLinkCounts<Key: JourneyPath>: Sendable {
  private(set) var links: [JourneyLink<Key>] = []
  private var table = JourneyPathTable<Key>()
  private let bits: Int
  private let seed: UInt64

  /// - Parameter seed: The seed of the hash by which the links are sharded.
  init(_ items: JourneyItems, seed: UInt64) {
    bits = JourneyLink<Key>.bits(items)
    self.seed = seed
  }

  mutating func count(_ keys: [[Key]]) {
    _ = table.count(keys, seed: seed)
    for slot in table.counts.indices where table.counts[slot] != 0 {
      links.append(JourneyLink(table.paths[slot], count: table.counts[slot], bits: bits))
    }
  }
}

/// Decides which nodes a graph has, and adds up their links.
private struct GraphLayout {
  private struct Node {
    let place: Int
    /// 0: all items of the place that have no node of their own.
    let item: UInt32
    var count = 0
    var ends = 0
    var cut = 0
    /// Orders the nodes of a place by item, nil first.
    var rank = 0

    mutating func add(_ other: Node) {
      count += other.count
      ends += other.ends
      cut += other.cut
    }
  }

  private let items: JourneyItems
  private let countsFromEnd: Bool
  private var nodes: [Node] = []
  /// Numbers of nodes, and the number of visits that go from one to the other.
  private var links: [(from: Int, to: Int, count: Int)] = []

  /// The result is meaningless once the executor is cancelled.
  init<Key: JourneyPath>(
    _ links: [[JourneyLink<Key>]], _ items: JourneyItems, nodeLimit: Int?, countsFromEnd: Bool,
    _ executor: ParallelExecutor
  ) {
    self.items = items
    self.countsFromEnd = countsFromEnd
    var pairs = GroupKeyTable(secondCount: items.endIndex)
    let all = Self.allNodes(links, &pairs, executor)
    if executor.isCancelled { return }
    let nodeOfPair = choose(all, nodeLimit: nodeLimit, executor)
    if executor.isCancelled { return }
    // Links of nodes that are one item each are distinct as they are.
    let areDistinct = nodes.count == all.count
    var numbers = GroupKeyTable(secondCount: nodes.count)
    for links in links {
      executor.forEach(links.indices) { index in
        let link = links[index]
        if link.to == JourneyLink<Key>.ending || link.to == JourneyLink<Key>.cut { return }
        let from = nodeOfPair[Int(pairs.number(link.place, link.from))]
        let to = nodeOfPair[Int(pairs.number(link.place + 1, link.to))]
        if areDistinct { return self.links.append((from, to, link.count)) }
        let number = Int(numbers.number(UInt32(from), UInt32(to)))
        if number == self.links.count { self.links.append((from, to, 0)) }
        self.links[number].count += link.count
      }
    }
  }

  /// Returns a node for each place and item, by the number of the pair.
  private static func allNodes<Key: JourneyPath>(
    _ links: [[JourneyLink<Key>]], _ pairs: inout GroupKeyTable, _ executor: ParallelExecutor
  ) -> [Node] {
    var nodes: [Node] = []
    for links in links {
      executor.forEach(links.indices) { index in
        let link = links[index]
        let number = Int(pairs.number(link.place, link.from))
        if number == nodes.count { nodes.append(Node(place: Int(link.place), item: link.from)) }
        nodes[number].count += link.count
        if link.to == JourneyLink<Key>.ending { nodes[number].ends += link.count }
        if link.to == JourneyLink<Key>.cut { nodes[number].cut += link.count }
      }
    }
    return nodes
  }

  /// Sets `nodes` to those of the most frequent items of each place and one for the others. Returns for each of `all` the
  /// number of its node.
  private mutating func choose(_ all: [Node], nodeLimit: Int?, _ executor: ParallelExecutor) -> [Int] {
    var nodeOfPair = Array(repeating: 0, count: all.count)
    var ofPlaces: [[Int]] = []
    for (number, node) in all.enumerated() {
      extend(&ofPlaces, to: node.place, with: [])
      ofPlaces[node.place - 1].append(number)
    }
    for (place, numbers) in ofPlaces.enumerated() where !executor.isCancelled {
      let kept = executor.first(min(nodeLimit ?? numbers.count, numbers.count), of: numbers) { a, b in
        all[a].count != all[b].count
          ? all[a].count > all[b].count : items.precedes(item: all[a].item, all[b].item)
      }
      var byName = Array(kept.indices)
      executor.sort(&byName) { items.precedes(item: all[kept[$0]].item, all[kept[$1]].item) }
      var ranks = Array(repeating: 0, count: kept.count)
      for (rank, index) in byName.enumerated() { ranks[index] = rank + 1 }
      var rest = Node(place: place + 1, item: 0)
      let isKept = Set(kept)
      for number in numbers where !isKept.contains(number) { rest.add(all[number]) }
      // Of equal counts, nil comes first.
      let restIndex = kept.firstIndex { all[$0].count <= rest.count } ?? kept.count
      let hasRest = kept.count < numbers.count
      for number in numbers { nodeOfPair[number] = nodes.count + restIndex }
      for (index, number) in kept.enumerated() {
        if hasRest, index == restIndex { nodes.append(rest) }
        nodeOfPair[number] = nodes.count
        nodes.append(all[number])
        nodes[nodes.count - 1].rank = ranks[index]
      }
      if hasRest, restIndex == kept.count { nodes.append(rest) }
    }
    return nodeOfPair
  }

  /// The graph. The result is meaningless once the executor is cancelled.
  func graph(_ executor: ParallelExecutor) -> JourneyGraph {
    var graph = JourneyGraph(countsFromEnd: countsFromEnd)
    graph.nodes = nodes.map {
      JourneyGraph.Node(step: step($0), item: text($0), count: $0.count, ends: $0.ends, cut: $0.cut)
    }
    // Visits were followed from their end, so links lead back.
    var links = countsFromEnd ? self.links.map { (from: $0.to, to: $0.from, count: $0.count) } : self.links
    executor.sort(&links) { a, b in
      let (fromA, fromB) = (nodes[a.from], nodes[b.from])
      return (fromA.place, b.count, fromA.rank, nodes[a.to].rank)
        < (fromB.place, a.count, fromB.rank, nodes[b.to].rank)
    }
    graph.links = links.map {
      JourneyGraph.Link(
        step: step(nodes[$0.from]), from: text(nodes[$0.from]), to: text(nodes[$0.to]), count: $0.count)
    }
    return graph
  }

  private func step(_ node: Node) -> Int { countsFromEnd ? -node.place : node.place }
  private func text(_ node: Node) -> String? { node.item == 0 ? nil : items.text(node.item) }
}
