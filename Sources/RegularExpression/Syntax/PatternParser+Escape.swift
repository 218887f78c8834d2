/// The meaning of an escape, inside or outside a class.
enum Escape {
  case scalar(Unicode.Scalar)
  case property(ScalarProperty, isNegated: Bool)
}

extension PatternParser {
  /// Parses an escape outside a class, from its backslash.
  mutating func parseEscapedAtom() throws(RegularExpressionError) -> Node {
    let offset = position
    switch scalar(after: 1) {
    case "b": return skippingTwo(.assertion(.wordBoundary))
    case "B": return skippingTwo(.assertion(.noWordBoundary))
    case "A": return skippingTwo(.assertion(.textStart))
    case "z": return skippingTwo(.assertion(.textEnd))
    case "Z": throw error("expected \\z for the end of the text, found \\Z, which engines read differently")
    case "k":
      position += 2
      return add(.name(try parseName()), at: offset)
    case let digit? where ("1"..."9").contains(digit):
      position += 1
      return add(.number(Int(take(while: isDigit)) ?? .max), at: offset)
    default: break
    }
    switch try parseEscape() {
    case .scalar(let scalar): return literal(scalar)
    case .property(let property, let isNegated):
      return .set(add(ScalarSet(properties: [(property, isNegated)])))
    }
  }

  /// Parses an escape that means the same inside and outside a class, from its backslash.
  mutating func parseEscape() throws(RegularExpressionError) -> Escape {
    let offset = position
    position += 1
    guard let letter = current else { throw error("expected a character after the \\, found none") }
    position += 1
    switch letter {
    case "d", "D": return .property(.digit, isNegated: letter == "D")
    case "w", "W": return .property(.word, isNegated: letter == "W")
    case "s", "S": return .property(.space, isNegated: letter == "S")
    case "p", "P": return .property(try parseProperty(), isNegated: letter == "P")
    case "t": return .scalar("\t")
    case "n": return .scalar("\n")
    case "v": return .scalar("\u{B}")
    case "f": return .scalar("\u{C}")
    case "r": return .scalar("\r")
    case "a": return .scalar("\u{7}")
    case "e": return .scalar("\u{1B}")
    case "0" where !(current.map(isDigit) ?? false): return .scalar("\0")
    case "c": return .scalar(try parseControl())
    case "x": return .scalar(try parseHexadecimal(digits: 2, at: offset))
    case "u": return .scalar(try parseUnicode(at: offset))
    default: break
    }
    // An escape of any other ASCII sign is that sign; escapes of letters are reserved.
    guard letter.isASCII, letter.value >= 0x20, letter != "_", !isDigit(letter),
      !letter.properties.isAlphabetic
    else {
      throw error(
        "expected an escape such as \\d, \\. or \\u{e9}, found \\\(letter), which is none", at: offset)
    }
    return .scalar(letter)
  }

  private mutating func parseControl() throws(RegularExpressionError) -> Unicode.Scalar {
    guard let letter = current, letter.isASCII, letter.properties.isAlphabetic else {
      throw error("expected a letter from A to Z after \\c, found \(found)")
    }
    position += 1
    return Unicode.Scalar(UInt8(letter.value % 32))
  }

  /// Parses `HHHH`, two of them that form a surrogate pair, or `{H…}`.
  private mutating func parseUnicode(at offset: Int) throws(RegularExpressionError) -> Unicode.Scalar {
    if current == "{" { return try parseHexadecimal(digits: 4, at: offset) }
    let first = try parseDigits(4, at: offset)
    guard (0xD800..<0xDC00).contains(first), current == "\\", scalar(after: 1) == "u" else {
      return try scalar(first, at: offset)
    }
    position += 2
    let second = try parseDigits(4, at: offset)
    guard (0xDC00..<0xE000).contains(second) else { return try scalar(first, at: offset) }
    return try scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), at: offset)
  }

  /// Parses exactly `digits` hexadecimal digits, or any number of them in braces.
  private mutating func parseHexadecimal(
    digits: Int, at offset: Int
  ) throws(RegularExpressionError) -> Unicode.Scalar {
    guard skip("{") else { return try scalar(try parseDigits(digits, at: offset), at: offset) }
    let text = take { $0.properties.isASCIIHexDigit }
    guard !text.isEmpty, skip("}") else {
      throw error("expected hexadecimal digits and '}', found \(found)")
    }
    return try scalar(UInt32(text, radix: 16) ?? .max, at: offset)
  }

  private mutating func parseDigits(_ count: Int, at offset: Int) throws(RegularExpressionError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = current.flatMap({ UInt32(String($0), radix: 16) }) else {
        throw error("expected \(count) hexadecimal digits, found \(found)")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func scalar(_ value: UInt32, at offset: Int) throws(RegularExpressionError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(value) else {
      throw error(
        "expected a character's number, from 0 to D7FF or E000 to 10FFFF, found \(String(value, radix: 16))",
        at: offset)
    }
    return scalar
  }

  /// Parses the name of a property, after its `\p`: a letter, or a name in braces.
  private mutating func parseProperty() throws(RegularExpressionError) -> ScalarProperty {
    let offset = position
    let isInBraces = skip("{")
    let name = isInBraces ? take { $0 != "}" } : current.map { String($0) } ?? ""
    guard !isInBraces || skip("}") else { throw error("expected '}' after the property, found \(found)") }
    if !isInBraces, !name.isEmpty { position += 1 }
    guard let property = ScalarProperty(named: name) else {
      throw error(
        "expected a general category such as L or Letter, or Alphabetic, Uppercase, Lowercase, White_Space, "
          + "ASCII, Any, found \"\(name)\"", at: offset)
    }
    return property
  }

  private mutating func add(_ reference: GroupReference, at offset: Int) -> Node {
    references.append((reference, offset))
    return .backreference(reference, ignoresCase: flags.ignoresCase)
  }

  private mutating func skippingTwo(_ node: Node) -> Node {
    position += 2
    return node
  }
}
