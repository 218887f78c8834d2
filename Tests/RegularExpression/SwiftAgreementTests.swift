import RegularExpression
import TestSupport
import Testing

/// Seeded random expressions and texts, about which Swift's own engine must say the same. Constructs that the two
/// read differently are not among them.
struct SwiftAgreementTests {
  @Test func `random expressions say of random texts what Swift's do`() throws {
    var random = SeededGenerator(state: 5)
    var (matching, compared) = (0, 0)
    for _ in 0..<Thoroughness.rounds(2000, thorough: 100_000) {
      let pattern = PatternMaker.pattern(&random)
      let swifts = try Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyDigits()
        .asciiOnlyWordCharacters().wordBoundaryKind(.simple)
      for _ in 0..<5 {
        let text = PatternMaker.text(&random)
        let (matches, isExpected) = (try match(pattern, text).matches, try swifts.firstMatch(in: text) != nil)
        #expect(matches == isExpected, "\(pattern) and \(text.debugDescription)")
        matching += matches ? 1 : 0
        compared += 1
      }
    }
    // The comparison means something: there is enough of both.
    #expect(compared / 5 < matching && matching < compared * 4 / 5, "\(matching) of \(compared)")
  }
}

private enum PatternMaker {
  static func text(_ random: inout SeededGenerator) -> String {
    String(
      (0..<Int.random(in: 0...9, using: &random)).map { _ in "aabbcé1 ".randomElement(using: &random) ?? "a" }
    )
  }

  static func pattern(_ random: inout SeededGenerator) -> String { alternatives(3, &random) }

  private static func alternatives(_ depth: Int, _ random: inout SeededGenerator) -> String {
    let count = [1, 1, 1, 2, 3, 4].randomElement(using: &random) ?? 1
    return (0..<count).map { _ in sequence(depth, &random) }.joined(separator: "|")
  }

  private static func sequence(_ depth: Int, _ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in quantified(depth, &random) }.joined()
  }

  private static func quantified(_ depth: Int, _ random: inout SeededGenerator) -> String {
    if Int.random(in: 0..<8, using: &random) == 0 {
      return ["^", "$", #"\b"#, #"\B"#, "(?=\(alternatives(0, &random)))", "(?!\(alternatives(0, &random)))"]
        .randomElement(using: &random) ?? "^"
    }
    let quantifiers = [
      "", "", "", "", "*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "*?", "+?", "??", "*+", "?+",
    ]
    return atom(depth, &random) + (quantifiers.randomElement(using: &random) ?? "")
  }

  private static func atom(_ depth: Int, _ random: inout SeededGenerator) -> String {
    if depth > 0, Int.random(in: 0..<3, using: &random) == 0 {
      let opening = ["(", "(?:", "(?i:", "(?>"].randomElement(using: &random) ?? "("
      return "\(opening)\(alternatives(depth - 1, &random)))"
    }
    let atoms = [
      "a", "b", "c", "é", "a", "b", ".", "[ab]", "[^a]", "[a-c]", "[^b-é]", #"\d"#, #"\w"#, #"\W"#, #"\s"#,
      "[é1]",
      #"\p{L}"#,
    ]
    return atoms.randomElement(using: &random) ?? "a"
  }
}

/// A generator of the same numbers every time (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}
