/// What a journey shows of an event, as one number: the event's name, or its path where it has no name.
///
/// A name and a path of the same text are the same item, so items are codes of paths, and names that are
/// no path are numbered behind them.
struct JourneyItems {
  /// Stands for the `null` behind a visit with fewer events than were asked for.
  static let end = UInt32.max

  private let paths: TextDictionary
  private let names: TextDictionary
  /// By code of the name.
  private let itemOfName: [UInt32]

  init(_ website: WebsiteColumns) {
    paths = website.dictionary(.urlPath)
    names = website.dictionary(.eventName)
    itemOfName = (0..<names.count).map { [paths, names] code in
      UInt32(paths.code(of: names[code]) ?? paths.count + code)
    }
  }

  /// By codes of the event's name and path.
  func item(name: UInt32, path: UInt32) -> UInt32 {
    name == 0 ? path : itemOfName[Int(name)]
  }

  /// The item that `text` is, nil where no event shows it.
  func item(of text: String) -> UInt32? {
    if let path = paths.code(of: text) { return UInt32(path) }
    return names.code(of: text).map { itemOfName[$0] }
  }

  func text(_ item: UInt32) -> String? {
    if item == Self.end { return nil }
    return item < paths.count ? paths[Int(item)] : names[Int(item) - paths.count]
  }
}

/// The beginnings of visits as a tree: a node is a parent and an item, and counts the visits that end
/// in it.
struct JourneyPaths {
  /// The parent of first items.
  static let root = UInt32.max

  private var nodes = PairTable()
  /// By node.
  private(set) var counts: [Int] = []

  mutating func node(_ parent: UInt32, _ item: UInt32) -> UInt32 {
    let node = nodes.number(parent, item)
    if Int(node) == counts.count { counts.append(0) }
    return node
  }

  mutating func count(_ node: UInt32, _ visits: Int = 1) { counts[Int(node)] += visits }

  func items(of node: UInt32) -> [UInt32] {
    var items: [UInt32] = []
    var node = node
    while node != Self.root {
      let (parent, item) = nodes.pairs[Int(node)]
      items.append(item)
      node = parent
    }
    return items.reversed()
  }

  /// Adds the counts of another tree. Parents come before their children, so one pass translates.
  mutating func merge(_ other: JourneyPaths) {
    var own: [UInt32] = []
    own.reserveCapacity(other.counts.count)
    for (number, pair) in other.nodes.pairs.enumerated() {
      let parent = pair.first == Self.root ? Self.root : own[Int(pair.first)]
      own.append(node(parent, pair.second))
      count(own[number], other.counts[number])
    }
  }
}
