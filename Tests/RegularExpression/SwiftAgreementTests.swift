import RegularExpression
import TestSupport
import Testing

/// Seeded random expressions and texts, about which Swift's own engine must say the same. Not among them is what
/// the two read differently, `\b` and `\B`, which Swift's finds where none are once they are in groups, and
/// possessive quantifiers, which it gives back from.
struct SwiftAgreementTests {
  @Test func `random expressions say of random texts what Swift's do`() throws {
    var random = SeededGenerator(seed: 5)
    var (matching, compared) = (0, 0)
    for _ in 0..<Thoroughness.rounds(150, thorough: 2000) {
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
    #expect(compared / 10 < matching && matching < compared * 9 / 10, "\(matching) of \(compared)")
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
    (0..<max(Int.random(in: -1...4, using: &random), 0)).map { _ in quantified(depth, &random) }.joined()
  }

  private static func quantified(_ depth: Int, _ random: inout SeededGenerator) -> String {
    if Int.random(in: 0..<8, using: &random) == 0 {
      return ["^", "$", "(?=\(alternatives(0, &random)))", "(?!\(alternatives(0, &random)))"]
        .randomElement(using: &random) ?? "^"
    }
    let bounded = ["", "", "", "", "?", "{2}", "{1,2}", "{0,2}", "??"]
    let unbounded = ["*", "+", "{2,}", "*?", "+?"]
    if depth > 0, Int.random(in: 0..<3, using: &random) == 0 {
      let opening = ["(", "(?:", "(?i:", "(?>"].randomElement(using: &random) ?? "("
      // Swift's engine does not come to an end with repetitions in repetitions.
      let isSimple = Bool.random(using: &random)
      let content = isSimple ? literals(&random) : alternatives(depth - 1, &random)
      let quantifiers = isSimple ? bounded + unbounded : bounded
      return "\(opening)\(content))\(quantifiers.randomElement(using: &random) ?? "")"
    }
    return atom(&random) + ((bounded + unbounded).randomElement(using: &random) ?? "")
  }

  /// Alternatives that take something.
  private static func literals(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      (0..<Int.random(in: 1...2, using: &random)).map { _ in atom(&random) }.joined()
    }.joined(separator: "|")
  }

  private static func atom(_ random: inout SeededGenerator) -> String {
    let atoms = [
      "a", "b", "c", "é", "a", "b", ".", "[ab]", "[^a]", "[a-c]", "[^b-é]", #"\d"#, #"\w"#, #"\W"#, #"\s"#,
      "[é1]",
      #"\p{L}"#,
    ]
    return atoms.randomElement(using: &random) ?? "a"
  }
}
