import Engine
import System

/// The members of JSON objects that are read, by their paths: a tree, whose edges are in one hash table.
///
/// The table contains only names of columns, so that no data can fill it. A name that is in no row costs one
/// lookup.
struct MemberTree {
  /// What is read at a path.
  struct Node {
    /// The cells that get a string, a number or a literal; several if a map names a standard member.
    var cells: [Int] = []
    var kind = Kind.members
  }

  enum Kind: Equatable {
    /// Of an object, only the members in the tree are read.
    case members
    /// The members of an object that are not in the tree are properties.
    case properties(PropertyRule)
    /// An array of objects with a `key` and a `value`, as in Google Analytics' exports: like members of one
    /// object.
    case parameters
  }

  /// Which members of an object are properties.
  struct PropertyRule: Equatable {
    /// Members whose names begin with `$` are not: in PostHog's exports, these describe the client.
    var skipsDollar = false
  }

  static let root = 0
  /// No child.
  static let none = -1

  private(set) var nodes = [Node()]
  private var edges: [Edge] = []
  /// The names of edges, end to end.
  private var names: [UInt8] = []
  /// The indexes of edges, by hash; −1 is free. The size is a power of two, and at least twice their number.
  private var slots: [Int32] = Array(repeating: -1, count: 16)

  private struct Edge {
    let parent: Int
    let child: Int
    /// Its name among `names`.
    let name: Range<Int>
  }

  /// The node at `path`, which is added if it is missing.
  mutating func node(at path: [String]) -> Int {
    path.reduce(Self.root) { parent, name in node(of: parent, Array(name.utf8)) }
  }

  mutating func read(_ path: [String], into cell: Int) {
    let node = node(at: path)
    nodes[node].cells.append(cell)
  }

  mutating func setKind(_ kind: Kind, at path: [String]) {
    let node = node(at: path)
    nodes[node].kind = kind
  }

  private mutating func node(of parent: Int, _ name: [UInt8]) -> Int {
    let known = name.withUnsafeBufferPointer { self.child(of: parent, $0) }
    if known != Self.none { return known }
    let child = nodes.count
    nodes.append(Node())
    edges.append(Edge(parent: parent, child: child, name: names.count..<names.count + name.count))
    names += name
    if edges.count * 2 > slots.count {
      slots = Array(repeating: -1, count: slots.count * 2)
      edges.indices.forEach { insert($0) }
    } else {
      insert(edges.count - 1)
    }
    return child
  }

  /// Gives an edge the first free slot from its home on.
  private mutating func insert(_ index: Int) {
    let edge = edges[index]
    var slot = names.withUnsafeBufferPointer { home(edge.parent, Bytes(rebasing: $0[edge.name])) }
    while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(index)
  }

  /// The node of the member `name` of the object at `parent`; ``none`` if it is not read.
  @inline(__always)
  func child(of parent: Int, _ name: Bytes) -> Int {
    var slot = home(parent, name)
    while slots[slot] >= 0 {
      let edge = edges[Int(slots[slot])]
      if edge.parent == parent, isName(edge.name, name) { return edge.child }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    return Self.none
  }

  @inline(__always)
  private func isName(_ range: Range<Int>, _ name: Bytes) -> Bool {
    guard range.count == name.count else { return false }
    return names.withUnsafeBufferPointer { sameBytes(Bytes(rebasing: $0[range]), name) }
  }

  @inline(__always)
  private func home(_ parent: Int, _ name: Bytes) -> Int {
    var word = UInt64(truncatingIfNeeded: parent) &<< 32 ^ UInt64(truncatingIfNeeded: name.count)
    if let start = name.baseAddress, name.count >= 8 {
      // Sound: both words are within the name.
      let last = loadWord(start + (name.count &- 8))
      word ^= loadWord(start) ^ (last &<< 29 | last &>> 35)
    } else {
      for byte in name { word = word &<< 8 ^ word &>> 56 ^ UInt64(byte) }
    }
    word = (word ^ word &>> 32) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: word &>> 40) & (slots.count &- 1)
  }
}
