extension PatternParser {
  /// Parses a class, from its `[`.
  mutating func parseClass() throws(RegularExpressionError) -> Node {
    let start = position
    position += 1
    let isNegated = skip("^")
    var ranges: [ClosedRange<UInt32>] = []
    var properties: [(ScalarProperty, isNegated: Bool)] = []
    while !skip("]") {
      let offset = position
      switch try parseClassAtom(from: start) {
      case .property(let property, let isNegated): properties.append((property, isNegated))
      case .scalar(let first):
        let last = try parseRangeEnd(from: start) ?? first
        guard first <= last else {
          throw error("expected the smaller character of a range first, found '\(first)-\(last)'", at: offset)
        }
        ranges.append(first.value...last.value)
      }
    }
    return .set(
      add(
        ScalarSet(
          ranges: ranges, properties: properties, isNegated: isNegated, ignoresCase: flags.ignoresCase)))
  }

  /// Parses the end of a range, after the `-` between two characters; nil if the `-` is not a range.
  private mutating func parseRangeEnd(from start: Int) throws(RegularExpressionError) -> Unicode.Scalar? {
    guard current == "-", scalar(after: 1) != "]" else { return nil }
    position += 1
    let offset = position
    guard case .scalar(let last) = try parseClassAtom(from: start) else {
      throw error("expected a character at the end of the range, found a class", at: offset)
    }
    return last
  }

  private mutating func parseClassAtom(from start: Int) throws(RegularExpressionError) -> Escape {
    guard let next = current else {
      throw error("expected the ']' of the '[' at character \(start + 1), found the end of the pattern")
    }
    switch (next, scalar(after: 1)) {
    case ("\\", "b"):
      position += 2
      return .scalar("\u{8}")
    case ("\\", _): return try parseEscape()
    case ("[", ":"): return try parseNamedClass() ?? .scalar(take(next))
    default: return .scalar(take(next))
    }
  }

  /// Parses `[:alpha:]` or `[:^alpha:]`; nil if it only looks like one.
  private mutating func parseNamedClass() throws(RegularExpressionError) -> Escape? {
    let start = position
    position += 2
    let isNegated = skip("^")
    let name = take { $0.isASCII && $0.properties.isAlphabetic }
    guard skip(":"), skip("]") else {
      position = start
      return nil
    }
    guard let property = ScalarProperty(posixName: name) else {
      throw error("expected [:alpha:] or another class of POSIX, found [:\(name):]", at: start)
    }
    return .property(property, isNegated: isNegated)
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    position += 1
    return scalar
  }
}
