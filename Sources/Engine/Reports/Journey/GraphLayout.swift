/// Decides which nodes a graph of journeys has, and counts the visits that go from one to another.
struct GraphLayout {
  fileprivate struct Node: Sendable {
    let place: Int
    /// 0: all items of the place that have no node of their own.
    let item: UInt32
    var count = 0
    var ends = 0
    var cut = 0
    /// Orders the nodes of a place by item, nil first.
    var rank = 0
  }

  private struct Link: Sendable {
    /// The index of the place of the first node.
    let place: Int
    /// Indices of nodes of their places.
    let from: Int
    let to: Int
    let count: Int
  }

  private let items: JourneyItems
  private let countsFromEnd: Bool
  /// By place.
  private let nodes: [[Node]]
  private let links: [Link]

  /// The result is meaningless once the executor is cancelled.
  init(
    _ places: JourneyPlaces, _ items: JourneyItems, nodeLimit: Int?, countsFromEnd: Bool,
    _ executor: ParallelExecutor
  ) {
    self.items = items
    self.countsFromEnd = countsFromEnd
    let count = places.placeCount
    let chosen = executor.map(
      count, tasksPerThread: 1,
      start: { (finder: NodeFinder(items, nodeLimit: nodeLimit), nodes: [(Int, [Node])]()) }
    ) { place, state in
      state.nodes.append((place, state.finder.nodes(place + 1, places.items(at: place), executor)))
    }
    var nodes = Array(repeating: [Node](), count: count + 1)
    for (place, chosen) in chosen.flatMap(\.nodes) { nodes[place] = chosen }
    let all = nodes
    let counted = executor.map(
      count, tasksPerThread: 1, start: { (counter: SequelCounter(items), places: [(Int, [SequelCount])]()) }
    ) { place, state in
      let counts = state.counter.count(
        from: all[place], places.items(at: place), to: all[place + 1], places.items(at: place + 1), executor)
      state.places.append((place, counts))
    }
    var links: [Link] = []
    for (place, counts) in counted.flatMap(\.places) {
      for (node, sequel, count) in counts {
        switch sequel {
        case UInt32(JourneyPlaces.Sequel.nothing): nodes[place][node].ends = count
        case UInt32(JourneyPlaces.Sequel.cut): nodes[place][node].cut = count
        default:
          let to = Int(sequel) - Int(JourneyPlaces.Sequel.item)
          links.append(Link(place: place, from: node, to: to, count: count))
        }
      }
    }
    (self.nodes, self.links) = (nodes, links)
  }

  /// The graph. The result is meaningless once the executor is cancelled.
  func graph(_ executor: ParallelExecutor) -> JourneyGraph {
    var graph = JourneyGraph(countsFromEnd: countsFromEnd)
    graph.nodes = nodes.flatMap { nodes in
      nodes.map {
        JourneyGraph.Node(step: step($0), item: text($0), count: $0.count, ends: $0.ends, cut: $0.cut)
      }
    }
    // Visits were followed from their end, so links lead back.
    var links = links.map { link in
      let (first, second) = (nodes[link.place][link.from], nodes[link.place + 1][link.to])
      return countsFromEnd
        ? (from: second, to: first, count: link.count) : (from: first, to: second, count: link.count)
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

    init(_ items: JourneyItems, nodeLimit: Int?) {
      (self.items, self.nodeLimit) = (items, nodeLimit)
      counts = Array(repeating: 0, count: items.endIndex)
    }

    /// Returns the most frequent items of a place as nodes, and one node for the others.
    mutating func nodes(
      _ place: Int, _ visits: [JourneyPlaces.Items], _ executor: ParallelExecutor
    ) -> [Node] {
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
      if executor.isCancelled { return [] }
      var byName = Array(kept.indices)
      executor.sort(&byName) { items.precedes(item: kept[$0], kept[$1]) }
      var nodes = kept.map { Node(place: place, item: $0, count: counts[Int($0)]) }
      for (rank, index) in byName.enumerated() { nodes[index].rank = rank + 1 }
      if kept.count < found.count {
        let all = found.reduce(0) { $0 + counts[Int($1)] }
        let rest = Node(place: place, item: 0, count: nodes.reduce(all) { $0 - $1.count })
        // Of equal counts, nil comes first.
        nodes.insert(rest, at: nodes.firstIndex { $0.count <= rest.count } ?? nodes.count)
      }
      for item in found { counts[Int(item)] = 0 }
      return nodes
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
  }

  /// The number of visits that go from the node with an index to a sequel: `Sequel.nothing`, `Sequel.cut`, or
  /// `Sequel.item` plus the index of a node of the next place.
  private typealias SequelCount = (node: Int, sequel: UInt32, count: Int)

  /// Counts where visits go from the nodes of places. One is reused from place to place.
  private struct SequelCounter: Sendable {
    /// By item of the place: the index of its node.
    private var nodeOfItem: [UInt32]
    /// By item of the next place: its sequel.
    private var sequelOfItem: [UInt32]
    /// By visit of a chunk.
    private var nodes: [UInt32] = []
    private var sequels: [UInt32] = []

    init(_ items: JourneyItems) {
      nodeOfItem = Array(repeating: 0, count: items.endIndex)
      sequelOfItem = nodeOfItem
    }

    /// - Parameter visits: By chunk, like those at the next place.
    mutating func count(
      from nodes: [Node], _ visits: [JourneyPlaces.Items], to next: [Node],
      _ visitsAtNext: [JourneyPlaces.Items], _ executor: ParallelExecutor
    ) -> [SequelCount] {
      number(nodes, from: 0, &nodeOfItem)
      number(next, from: UInt32(JourneyPlaces.Sequel.item), &sequelOfItem)
      var pairs = GroupKeyTable(secondCount: Int(JourneyPlaces.Sequel.item) + next.count)
      var counts: [Int] = []
      for (here, there) in zip(visits, visitsAtNext) where !executor.isCancelled {
        load(here, there)
        pairs.replace(&self.nodes, with: sequels, count: here.count)
        extend(&counts, to: pairs.count, with: 0)
        addCounts(self.nodes.span.extracting(0..<here.count), to: &counts)
      }
      return zip(pairs.pairs, counts).map { (Int($0.first), $0.second, $1) }
    }

    /// Loads the nodes and sequels of the visits of a chunk.
    private mutating func load(_ here: JourneyPlaces.Items, _ there: JourneyPlaces.Items) {
      extend(&nodes, to: here.count, with: 0)
      extend(&sequels, to: here.count, with: 0)
      let (nodeOfItem, sequelOfItem) = (nodeOfItem, sequelOfItem)
      gatherCodes(nodeOfItem.span, here.items.span, to: &nodes)
      // Sequels of visits that do not continue are looked up, too: that is faster than a branch.
      let following = there.items.isEmpty ? [0] : there.items
      gatherSequels(here.sequels.span, following.span, sequelOfItem.span, to: &sequels)
    }
  }
}

/// Writes the number of each node to the element of its item, and that of the node without an item to all others.
private func number(_ nodes: [GraphLayout.Node], from first: UInt32, _ numbers: inout [UInt32]) {
  var numbers = numbers.mutableSpan
  let rest = nodes.firstIndex { $0.item == 0 } ?? 0
  for item in numbers.indices { numbers[item] = first + UInt32(rest) }
  for (index, node) in nodes.enumerated() where node.item != 0 {
    numbers[Int(node.item)] = first + UInt32(index)
  }
}

/// Writes what follows each visit at a place. `following` has the items of the visits that continue.
private func gatherSequels(
  _ sequels: Span<UInt8>, _ following: Span<UInt32>, _ sequelOfItem: Span<UInt32>, to output: inout [UInt32]
) {
  var output = output.mutableSpan
  precondition(output.count >= sequels.count)
  var next = 0
  for index in sequels.indices {
    let sequel = sequels[unchecked: index]
    let continues = sequel == JourneyPlaces.Sequel.item
    let node = sequelOfItem[Int(following[min(next, following.count &- 1)])]
    output[unchecked: index] = UInt32(sequel).replaced(by: node, where: continues)
    next &+= Int(one: continues)
  }
}

private func addCounts(_ numbers: Span<UInt32>, to counts: inout [Int]) {
  var counts = counts.mutableSpan
  for index in numbers.indices { counts[Int(numbers[index])] &+= 1 }
}
