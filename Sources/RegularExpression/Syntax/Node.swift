/// A part of an expression, as it was written.
indirect enum Node {
  case empty
  case scalar(Unicode.Scalar)
  /// One scalar of a set, by its place among the parser's.
  case set(Int)
  case assertion(Assertion)
  case sequence([Node])
  case alternatives([Node])
  /// A group that captures; groups are numbered from 1.
  case group(Node, number: Int)
  case repeated(Node, Repetition)
  /// A group that is not entered again once it has matched.
  case atomic(Node)
  case look(Node, Look)
  case backreference(GroupReference, ignoresCase: Bool)
}

/// A condition on a place in the text.
enum Assertion: Sendable {
  case textStart, textEnd, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// How often something matches.
struct Repetition: Sendable {
  let minimum: Int
  /// Nil for any number.
  let maximum: Int?
  /// Whether fewer are tried first.
  let isLazy: Bool
  /// Where the quantifier stands in the pattern.
  let offset: Int
}

/// What must stand ahead or behind, or must not.
struct Look: Sendable {
  let isBehind: Bool
  let isNegated: Bool
}

enum GroupReference: Sendable {
  case number(Int)
  case name(String)
}

extension Node {
  /// Whether an atom of the pattern can have a quantifier; what has no width cannot (ECMA-262 with `u`).
  var isRepeatable: Bool {
    switch self {
    case .assertion, .look: false
    default: true
    }
  }

  /// Whether what a match consists of, and not only whether there is one, decides on anything.
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

  /// The numbers of the groups in it.
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
    case .group(let node, _), .repeated(let node, _), .atomic(let node), .look(let node, _):
      return node.contains(test)
    }
  }
}
