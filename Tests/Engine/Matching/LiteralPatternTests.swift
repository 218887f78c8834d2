import Testing

@testable import Engine

@Suite struct LiteralPatternTests {
  private func check(_ pattern: WildcardPattern, _ text: String, _ expected: Bool) {
    let bytes = Array(text.utf8)
    #expect(bytes.withUnsafeBufferPointer { pattern.matches($0) } == expected, "\(text)")
  }

  @Test(arguments: [
    ("/a*b", true), ("/axb", false), ("/a*bc", false), ("x/a*b", false),
  ]) func `without stars around it, a literal is only itself`(text: String, expected: Bool) {
    check(WildcardPattern(literal: "/a*b"), text, expected)
  }

  @Test(arguments: [
    (#"\*x"#, #"\*x"#, true), (#"\*x"#, "*x", false), (#"a\"#, #"a\"#, true), (#"a\"#, #"a\b"#, false),
  ]) func `a backslash is not special`(literal: String, text: String, expected: Bool) {
    check(WildcardPattern(literal: literal[...]), text, expected)
  }

  @Test func `stars before and after match any text, also none`() {
    let before = WildcardPattern(literal: "b*", starBefore: true)
    check(before, "b*", true)
    check(before, "ab*", true)
    check(before, "ab*c", false)
    let after = WildcardPattern(literal: #"a\"#, starAfter: true)
    check(after, #"a\"#, true)
    check(after, #"a\bc"#, true)
    check(after, "a", false)
    let both = WildcardPattern(literal: "b", starBefore: true, starAfter: true)
    for text in ["b", "ab", "bc", "abc"] { check(both, text, true) }
    check(both, "ac", false)
    for all in [
      WildcardPattern(literal: "", starBefore: true),
      WildcardPattern(literal: "", starBefore: true, starAfter: true),
    ] {
      check(all, "", true)
      check(all, "x", true)
    }
    check(WildcardPattern(literal: ""), "x", false)
  }
}
