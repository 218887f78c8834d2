/// Decides which nodes a graph of journeys has, and counts the visits that go from one to another.
struct GraphLayout {
  private struct Node: Sendable {
    let place: Int
    /// 0: all items of the place that have no node of their own.
    let item: UInt32
    var count = 0
    var ends = 0
    var cut = 0
    /// Orders the nodes of a place by item, nil first.
    var rank = 0
  }

  /// The nodes of a place, and the node of each visit that has an item there.
  private struct Place: Sendable {
    var nodes: [Node] = []
    /// By thread: items that have been replaced by the index of their node.
    var visits: [JourneyPlaces.Items] = []
  }

  private struct Link: Sendable {
    /// The place of the first node.
    let place: Int
    /// Indices of nodes of their places.
    let from: Int
    let to: Int
    let count: Int
  }

  private let items: JourneyItems
  private let countsFromEnd: Bool
  private let places: [Place]
  private let links: [Link]

  /// The result is meaningless once the executor is cancelled.
  init(
    _ places: JourneyPlaces, _ items: JourneyItems, nodeLimit: Int?, countsFromEnd: Bool,
    _ executor: ParallelExecutor
  ) {
    self.items = items
    self.countsFromEnd = countsFromEnd
    let chosen = executor.map(
      places.placeCount, tasksPerThread: 1,
      start: { (finder: NodeFinder(items, nodeLimit: nodeLimit), places: [(Int, Place)]()) }
    ) { place, state in
      state.places.append((place, state.finder.place(place + 1, places.items(at: place), executor)))
    }
    var ordered = Array(repeating: Place(), count: places.placeCount)
    for (number, place) in chosen.flatMap(\.places) { ordered[number] = place }
    let all = ordered
    self.places = all
    links = executor.map(max(all.count - 1, 0), tasksPerThread: 1, start: { [Link]() }) { number, links in
      links += Self.links(all[number], all[number + 1], executor)
    }.flatMap(\.self)
  }

  private static func links(_ place: Place, _ next: Place, _ executor: ParallelExecutor) -> [Link] {
    var pairs = GroupKeyTable(secondCount: next.nodes.count)
    var counts: [Int] = []
    for (here, there) in zip(place.visits, next.visits) where !executor.isCancelled {
      var numbers = Array(repeating: UInt32(0), count: there.count + 1)
      copyContinuing(here.items.span, here.sequels.span, to: &numbers)
      pairs.replace(&numbers, with: there.items, count: there.count)
      extend(&counts, to: pairs.count, with: 0)
      count(numbers.span.extracting(0..<there.count), in: &counts)
    }
    return zip(pairs.pairs, counts).map { pair, count in
      Link(place: place.nodes[0].place, from: Int(pair.first), to: Int(pair.second), count: count)
    }
  }

  /// The graph. The result is meaningless once the executor is cancelled.
  func graph(_ executor: ParallelExecutor) -> JourneyGraph {
    var graph = JourneyGraph(countsFromEnd: countsFromEnd)
    graph.nodes = places.flatMap { place in
      place.nodes.map {
        JourneyGraph.Node(step: step($0), item: text($0), count: $0.count, ends: $0.ends, cut: $0.cut)
      }
    }
    // Visits were followed from their end, so links lead back.
    var links = links.map { link in
      let nodes = (places[link.place - 1].nodes[link.from], places[link.place].nodes[link.to])
      return countsFromEnd
        ? (from: nodes.1, to: nodes.0, count: link.count) : (from: nodes.0, to: nodes.1, count: link.count)
    }
    executor.sort(&links) { a, b in
      (a.from.place, b.count, a.from.rank, a.to.rank) < (b.from.place, a.count, b.from.rank, b.to.rank)
    }
    graph.links = links.map {
      JourneyGraph.Link(step: step($0.from), from: text($0.from), to: text($0.to), count: $0.count)
    }
    return graph
  }

  private func step(_ node: Node) -> Int { countsFromEnd ? -node.place : node.place }
  private func text(_ node: Node) -> String? { node.item == 0 ? nil : items.text(node.item) }

  /// Finds the nodes of places. One is reused from place to place.
  private struct NodeFinder: Sendable {
    private let items: JourneyItems
    private let nodeLimit: Int?
    /// By item: the number of visits at the place; 0 between two places.
    private var counts: [Int]
    /// By item of the place: its node. Those of other items are left from other places.
    private var nodeOfItem: [UInt32]

    init(_ items: JourneyItems, nodeLimit: Int?) {
      (self.items, self.nodeLimit) = (items, nodeLimit)
      counts = Array(repeating: 0, count: items.endIndex)
      nodeOfItem = Array(repeating: 0, count: items.endIndex)
    }

    /// Returns a place with the most frequent items as nodes, and one node for the others.
    mutating func place(_ number: Int, _ visits: [JourneyPlaces.Items], _ executor: ParallelExecutor) -> Place
    {
      var found: [UInt32] = []
      for visits in visits where !executor.isCancelled { find(visits.items.span, &found) }
      // Taken out, so that it is not copied when it is cleared.
      var counts: [Int] = []
      swap(&counts, &self.counts)
      defer { swap(&counts, &self.counts) }
      let kept = executor.first(min(nodeLimit ?? found.count, found.count), of: found) { a, b in
        let (countOfA, countOfB) = (counts[Int(a)], counts[Int(b)])
        return countOfA != countOfB ? countOfA > countOfB : items.precedes(item: a, b)
      }
      if executor.isCancelled { return Place() }
      var byName = Array(kept.indices)
      executor.sort(&byName) { items.precedes(item: kept[$0], kept[$1]) }
      var nodes = kept.map { Node(place: number, item: $0, count: counts[Int($0)]) }
      for (rank, index) in byName.enumerated() { nodes[index].rank = rank + 1 }
      if kept.count < found.count {
        let all = found.reduce(0) { $0 + counts[Int($1)] }
        let rest = Node(place: number, item: 0, count: nodes.reduce(all) { $0 - $1.count })
        // Of equal counts, nil comes first.
        let index = nodes.firstIndex { $0.count <= rest.count } ?? nodes.count
        nodes.insert(rest, at: index)
        for item in found { nodeOfItem[Int(item)] = UInt32(index) }
      }
      for (index, node) in nodes.enumerated() where node.item != 0 {
        nodeOfItem[Int(node.item)] = UInt32(index)
      }
      for item in found { counts[Int(item)] = 0 }
      var place = Place(nodes: nodes, visits: visits)
      for thread in visits.indices where !executor.isCancelled { replaceItems(of: &place, thread) }
      return place
    }

    /// Counts items, and adds those that are new to `found`.
    private mutating func find(_ items: Span<UInt32>, _ found: inout [UInt32]) {
      var counts = counts.mutableSpan
      for index in items.indices {
        let item = Int(items[index])
        if counts[item] == 0 { found.append(items[index]) }
        counts[item] &+= 1
      }
    }

    /// Replaces the items of a thread's visits by their nodes, and counts where visits end.
    private func replaceItems(of place: inout Place, _ thread: Int) {
      // By node and sequel.
      var ends = Array(repeating: 0, count: 3 * place.nodes.count)
      place.visits[thread].replaceItems(nodeOfItem.span, &ends)
      for node in place.nodes.indices {
        place.nodes[node].ends += ends[3 * node + Int(JourneyPlaces.Sequel.nothing)]
        place.nodes[node].cut += ends[3 * node + Int(JourneyPlaces.Sequel.cut)]
      }
    }
  }
}

extension JourneyPlaces.Items {
  /// Replaces items by their nodes, and counts visits by node and sequel.
  fileprivate mutating func replaceItems(_ nodeOfItem: Span<UInt32>, _ counts: inout [Int]) {
    let allSequels = sequels
    let sequels = allSequels.span
    var items = items.mutableSpan
    var counts = counts.mutableSpan
    for index in sequels.indices {
      let node = nodeOfItem[Int(items[index])]
      items[index] = node
      counts[3 &* Int(node) &+ Int(sequels[index])] &+= 1
    }
  }
}

/// Writes the nodes of visits that have an item at the next place to the start of `output`, which must have room for one
/// more.
private func copyContinuing(_ nodes: Span<UInt32>, _ sequels: Span<UInt8>, to output: inout [UInt32]) {
  var output = output.mutableSpan
  var count = 0
  for index in nodes.indices {
    output[count] = nodes[index]
    count &+= Int(one: sequels[index] == JourneyPlaces.Sequel.item)
  }
}

private func count(_ numbers: Span<UInt32>, in counts: inout [Int]) {
  var counts = counts.mutableSpan
  for index in numbers.indices { counts[Int(numbers[index])] &+= 1 }
}
