extension PatternParser {
  /// Parses a group, from its `(`; nil for a comment, and for flags that apply from there on.
  mutating func parseGroup() throws(RegularExpressionError) -> Node? {
    let start = position
    if depth == ExpressionLimits.nesting {
      throw error("expected at most \(ExpressionLimits.nesting) groups in one another, found one more")
    }
    depth += 1
    defer { depth -= 1 }
    position += 1
    guard skip("?") else { return try parseCapture(nil, from: start) }
    switch (current, scalar(after: 1)) {
    case (":", _): return try parseContent(from: start, behind: 1)
    case (">", _): return .atomic(try parseContent(from: start, behind: 1))
    case ("=", _): return try parseLookaround(Lookaround(isBehind: false, isNegated: false), from: start)
    case ("!", _): return try parseLookaround(Lookaround(isBehind: false, isNegated: true), from: start)
    case ("<", "="): return try parseLookaround(Lookaround(isBehind: true, isNegated: false), from: start)
    case ("<", "!"): return try parseLookaround(Lookaround(isBehind: true, isNegated: true), from: start)
    case ("P", "<"):
      position += 1
      return try parseCapture(try parseName(), from: start)
    case ("<", _): return try parseCapture(try parseName(), from: start)
    case ("#", _): return try parseComment(from: start)
    default: return try parseFlags(from: start)
    }
  }

  /// Parses a name in `<` and `>`.
  mutating func parseName() throws(RegularExpressionError) -> String {
    guard skip("<") else { throw error("expected the name of a group in < and >, found \(found)") }
    let offset = position
    let name = take { $0 == "_" || $0.properties.isAlphabetic || isDigit($0) }
    guard let first = name.unicodeScalars.first, !isDigit(first) else {
      throw error("expected a name of letters, digits and _, found \(found)", at: offset)
    }
    guard skip(">") else { throw error("expected '>' after the name of the group, found \(found)") }
    return name
  }

  private mutating func parseCapture(
    _ name: String?, from start: Int
  ) throws(RegularExpressionError) -> Node {
    groupCount += 1
    let number = groupCount
    if let name {
      if names.contains(where: { $0.name == name }) {
        throw error("expected a name of its own for the group, found \(name) again", at: start)
      }
      names.append((name, number))
    }
    return .group(try parseContent(from: start, behind: 0), number: number)
  }

  private mutating func parseLookaround(_ lookaround: Lookaround, from start: Int)
    throws(RegularExpressionError) -> Node
  {
    .lookaround(try parseContent(from: start, behind: lookaround.isBehind ? 2 : 1), lookaround)
  }

  /// Skips `count` characters, and parses the content up to the group's `)`.
  private mutating func parseContent(
    from start: Int, behind count: Int
  ) throws(RegularExpressionError) -> Node {
    position += count
    let outer = flags
    defer { flags = outer }
    let node = try parseAlternatives()
    guard skip(")") else {
      throw error("expected the ')' of the '(' at character \(start + 1), found the end of the pattern")
    }
    // Any group can be repeated, whatever it contains.
    return node.isRepeatable ? node : .sequence([node])
  }

  private mutating func parseComment(from start: Int) throws(RegularExpressionError) -> Node? {
    _ = take { $0 != ")" }
    guard skip(")") else {
      throw error("expected the ')' of the comment at character \(start + 1), found the end of the pattern")
    }
    return nil
  }

  /// Parses `i-m)` or `i-m:…)`, after its `(?`.
  private mutating func parseFlags(from start: Int) throws(RegularExpressionError) -> Node? {
    var changed = flags
    var isOn = true
    while let next = current, next != ")", next != ":" {
      switch next {
      case "i": changed.ignoresCase = isOn
      case "s": changed.dotMatchesAll = isOn
      case "m": changed.isMultiline = isOn
      case "-" where isOn: isOn = false
      default:
        throw error(
          "expected a group such as (?: (?= (?! (?<= (?<! (?<name> (?> or the flags i, m, s, found '\(next)'")
      }
      position += 1
    }
    let outer = flags
    flags = changed
    if skip(")") { return nil }
    guard current == ":" else { throw error("expected ')' or ':' after the flags, found \(found)") }
    defer { flags = outer }
    return try parseContent(from: start, behind: 1)
  }
}
