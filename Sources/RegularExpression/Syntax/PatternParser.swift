/// Parses a pattern by recursive descent: alternatives of sequences of atoms with quantifiers.
struct PatternParser {
  /// What `(?i)` and similar groups change, from there to the end of the enclosing group.
  struct Flags {
    var ignoresCase = false
    var dotMatchesAll = false
    var isMultiline = false
  }

  let scalars: [Unicode.Scalar]
  var position = 0
  var flags = Flags()
  /// The classes of the pattern, to which its nodes refer.
  var sets: [ScalarSet] = []
  var groupCount = 0
  /// The named groups.
  var names: [(name: String, group: Int)] = []
  /// References to groups, which may come before their group.
  var references: [(reference: GroupReference, offset: Int)] = []
  var depth = 0

  init(_ pattern: String) {
    scalars = Array(pattern.unicodeScalars)
  }

  mutating func parse() throws(RegularExpressionError) -> Node {
    let node = try parseAlternatives()
    if current != nil { throw error("expected no ')' without its '(', or \\) for the character, found one") }
    for (reference, offset) in references { try check(reference, at: offset) }
    return node
  }

  mutating func parseAlternatives() throws(RegularExpressionError) -> Node {
    var alternatives = [try parseSequence()]
    while skip("|") { alternatives.append(try parseSequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func parseSequence() throws(RegularExpressionError) -> Node {
    var nodes: [Node] = []
    while let next = current, next != "|", next != ")" {
      guard let atom = try parseAtom() else { continue }
      nodes.append(try parseQuantifier(of: atom))
    }
    return switch nodes.count {
    case 0: .empty
    case 1: nodes[0]
    default: .sequence(nodes)
    }
  }

  /// Parses an atom; nil if it only changes how the rest is parsed.
  private mutating func parseAtom() throws(RegularExpressionError) -> Node? {
    guard let next = current else { return nil }
    switch next {
    case "(": return try parseGroup()
    case "[": return try parseClass()
    case "\\": return try parseEscapedAtom()
    case "*", "+", "?": throw nothingToRepeat(at: position)
    case "{" where isAtCounts: throw nothingToRepeat(at: position)
    case "]": throw error("expected \\] for the character, found a ']' without its '['")
    case ".": return step(.set(add(ScalarSet.any(andLineEnds: flags.dotMatchesAll))))
    case "^": return step(.assertion(flags.isMultiline ? .lineStart : .textStart))
    case "$": return step(.assertion(flags.isMultiline ? .lineEnd : .textEnd))
    default: return step(literal(next))
    }
  }

  /// Returns a node that matches one literal scalar.
  mutating func literal(_ scalar: Unicode.Scalar) -> Node {
    guard flags.ignoresCase, scalar.hasCase else { return .scalar(scalar) }
    return .set(add(ScalarSet(ranges: [scalar.value...scalar.value], ignoresCase: true)))
  }

  mutating func add(_ set: ScalarSet) -> Int {
    sets.append(set)
    return sets.count - 1
  }

  private func check(_ reference: GroupReference, at offset: Int) throws(RegularExpressionError) {
    switch reference {
    case .number(let number) where number > groupCount:
      throw error(
        "expected the number of a group, of which there are \(groupCount), found \\\(number)", at: offset)
    case .name(let name) where !names.contains(where: { $0.name == name }):
      throw error("expected the name of a group, found \\k<\(name)>", at: offset)
    default: return
    }
  }

  // MARK: The scalars

  var current: Unicode.Scalar? { scalar(after: 0) }

  func scalar(after count: Int) -> Unicode.Scalar? {
    position + count < scalars.count ? scalars[position + count] : nil
  }

  mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard current == scalar else { return false }
    position += 1
    return true
  }

  /// Consumes the scalars that pass the test.
  mutating func take(while test: (Unicode.Scalar) -> Bool) -> String {
    var text = String.UnicodeScalarView()
    while let next = current, test(next) {
      text.append(next)
      position += 1
    }
    return String(text)
  }

  /// The current scalar, or a note that the pattern ends.
  var found: String { current.map { "'\($0)'" } ?? "the end of the pattern" }

  func error(_ problem: String, at offset: Int? = nil) -> RegularExpressionError {
    RegularExpressionError(offset: offset ?? position, problem: problem)
  }

  private mutating func step(_ node: Node) -> Node {
    position += 1
    return node
  }
}
