extension PatternParser {
  /// Larger counts make no difference: the program is too large before they are reached.
  private static let largestCount = 1_000_000

  /// Whether counts in braces begin at the position. Other braces are literals.
  var isAtCounts: Bool {
    var probe = self
    return (try? probe.parseCounts()).flatMap(\.self) != nil
  }

  /// Parses the quantifier after an atom, if there is one, and returns the repeated atom.
  mutating func parseQuantifier(of atom: Node) throws(RegularExpressionError) -> Node {
    let offset = position
    guard let counts = try parseCounts() else { return atom }
    guard atom.isRepeatable else {
      throw error("expected something that has a width before the quantifier, found an assertion", at: offset)
    }
    let isLazy = skip("?")
    let isPossessive = !isLazy && skip("+")
    let second = position
    if try parseCounts() != nil {
      throw error("expected one quantifier, or a group around the first, found another", at: second)
    }
    let repeated = Node.repeated(
      atom, Repetition(minimum: counts.minimum, maximum: counts.maximum, isLazy: isLazy, offset: offset))
    return isPossessive ? .atomic(repeated) : repeated
  }

  func nothingToRepeat(at offset: Int) -> RegularExpressionError {
    error("expected something to repeat before the quantifier, or a \\ to take it for itself", at: offset)
  }

  /// Parses `*`, `+`, `?`, `{m}`, `{m,}` or `{m,n}`; nil if there is none of them.
  private mutating func parseCounts() throws(RegularExpressionError) -> (minimum: Int, maximum: Int?)? {
    switch current {
    case "*":
      position += 1
      return (0, nil)
    case "+":
      position += 1
      return (1, nil)
    case "?":
      position += 1
      return (0, 1)
    case "{": return try parseCountsInBraces()
    default: return nil
    }
  }

  private mutating func parseCountsInBraces() throws(RegularExpressionError) -> (Int, Int?)? {
    let start = position
    position += 1
    let minimum = take(while: isDigit)
    let hasComma = skip(",")
    let maximum = hasComma ? take(while: isDigit) : minimum
    guard skip("}"), !(minimum.isEmpty && maximum.isEmpty) else {
      position = start
      return nil
    }
    // Some dialects read it as {0,n}, others as literal characters.
    if minimum.isEmpty {
      throw error("expected {0,\(maximum)}, or \\{ for the character, found {,", at: start)
    }
    let counts = (Self.count(minimum), maximum.isEmpty ? nil : Self.count(maximum))
    if let maximum = counts.1, maximum < counts.0 {
      throw error("expected the smaller count first, found {\(minimum),\(maximum)}", at: start)
    }
    return counts
  }

  private static func count(_ digits: String) -> Int { min(Int(digits) ?? largestCount, largestCount) }
}

@Sendable func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
