/// A node of a parsed expression.
indirect enum Node {
  case empty
  case scalar(Unicode.Scalar)
  /// One scalar of a set, by its index in the parser's sets.
  case set(Int)
  case assertion(Assertion)
  case sequence([Node])
  case alternatives([Node])
  /// A capturing group; groups are numbered from 1.
  case group(Node, number: Int)
  case repeated(Node, Repetition)
  /// A group that is not re-entered after it has matched.
  case atomic(Node)
  case lookaround(Node, Lookaround)
  case backreference(GroupReference, ignoresCase: Bool)
}

/// A condition on a position in the text.
enum Assertion: Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// The number of times that a node may match.
struct Repetition: Sendable {
  let minimum: Int
  /// Nil if unbounded.
  let maximum: Int?
  /// Whether fewer iterations are tried first.
  let isLazy: Bool
  /// The position of the quantifier in the pattern.
  let offset: Int
}

/// A lookahead or lookbehind, positive or negative.
struct Lookaround: Sendable {
  let isBehind: Bool
  let isNegated: Bool
}

enum GroupReference: Sendable {
  case number(Int)
  case name(String)
}

extension Node {
  /// Whether the node can have a quantifier; a node without width cannot (ECMA-262 with `u`).
  var isRepeatable: Bool {
    switch self {
    case .assertion, .lookaround: false
    default: true
    }
  }

  /// Whether anything depends on what a match consists of, and not only on whether there is one.
  var dependsOnOrder: Bool {
    contains { node in
      switch node {
      case .atomic, .backreference: true
      default: false
      }
    }
  }

  var hasBackreferences: Bool {
    contains { if case .backreference = $0 { true } else { false } }
  }

  /// The numbers of the groups in the node.
  var groups: ClosedRange<Int>? {
    var groups: ClosedRange<Int>?
    _ = contains { node in
      if case .group(_, let number) = node {
        groups = groups.map { min($0.lowerBound, number)...max($0.upperBound, number) } ?? number...number
      }
      return false
    }
    return groups
  }

  private func contains(_ test: (Node) -> Bool) -> Bool {
    if test(self) { return true }
    switch self {
    case .empty, .scalar, .set, .assertion, .backreference: return false
    case .sequence(let nodes), .alternatives(let nodes): return nodes.contains { $0.contains(test) }
    case .group(let node, _), .repeated(let node, _), .atomic(let node), .lookaround(let node, _):
      return node.contains(test)
    }
  }
}
