extension RegularExpression {
  /// Writes an expression in the syntax of RE2, in which it has the same matches; nil if RE2 cannot have it: lookaround,
  /// backreferences, atomic groups, lines, properties of scalars, and more than 1,000 repetitions.
  ///
  /// - Throws: as ``init(_:)`` does.
  package static func re2Pattern(of pattern: String) throws(RegularExpressionError) -> String? {
    var parser = PatternParser(pattern)
    let node = try parser.parse()
    var writer = RE2Writer(sets: parser.sets)
    return writer.write(node) ? writer.pattern : nil
  }
}

private struct RE2Writer {
  let sets: [ScalarSet]
  /// Letters of any case match only themselves, and `.` is never written.
  var pattern = ""

  /// RE2 refuses counts above this, and the product of nested ones too.
  private static let maximumRepetitions = 1000

  init(sets: [ScalarSet]) { self.sets = sets }

  /// Returns whether RE2 can have the node.
  mutating func write(_ node: Node, repetitions: Int = 1) -> Bool {
    switch node {
    case .empty: pattern += "(?:)"
    case .scalar(let scalar): pattern += escape(scalar.value)
    case .set(let index): return write(sets[index])
    case .assertion(let assertion):
      switch assertion {
      case .textStart: pattern += #"\A"#
      case .textEnd: pattern += #"\z"#
      case .wordBoundary: pattern += #"\b"#
      case .noWordBoundary: pattern += #"\B"#
      case .lineStart, .lineEnd: return false
      }
    case .sequence(let nodes): return nodes.allSatisfy { write($0, repetitions: repetitions) }
    case .alternatives(let nodes):
      pattern += "(?:"
      for (index, node) in nodes.enumerated() {
        if index > 0 { pattern += "|" }
        guard write(node, repetitions: repetitions) else { return false }
      }
      pattern += ")"
    case .group(let node, _):
      pattern += "(?:"
      guard write(node, repetitions: repetitions) else { return false }
      pattern += ")"
    case .repeated(let node, let repetition):
      let most = max(repetition.maximum ?? repetition.minimum, 1)
      guard most <= Self.maximumRepetitions / repetitions else { return false }
      pattern += "(?:"
      guard write(node, repetitions: repetitions * most) else { return false }
      pattern += "){\(repetition.minimum),\(repetition.maximum.map { "\($0)" } ?? "")}"
    case .atomic, .lookaround, .backreference: return false
    }
    return true
  }

  private mutating func write(_ set: ScalarSet) -> Bool {
    guard let (ranges, isNegated, ignoresCase) = set.scalarRanges else { return false }
    if ranges.isEmpty {
      // Anything, or nothing.
      pattern += isNegated ? #"[\x{0}-\x{10FFFF}]"# : #"[^\x{0}-\x{10FFFF}]"#
      return true
    }
    pattern += ignoresCase ? "(?i:[" : "["
    if isNegated { pattern += "^" }
    for range in ranges { pattern += "\(escape(range.lowerBound))-\(escape(range.upperBound))" }
    pattern += ignoresCase ? "])" : "]"
    return true
  }

  private func escape(_ value: UInt32) -> String { #"\x{"# + String(value, radix: 16) + "}" }
}
