import Testing

@testable import Engine

@Suite struct WildcardPatternTests {
  @Test(arguments: [
    ("/a", "/a", true), ("/a", "/A", false), ("/a", "/a/", false), ("", "", true), ("", "x", false),
    ("*", "", true), ("*", "anything", true), ("**", "", true), ("***", "x", true),
    ("/blog*", "/blog", true), ("/blog*", "/blog/x", true), ("/blog*", "/a/blog", false),
    ("*1", "1", true), ("*1", "x1", true), ("*1", "1x", false),
    ("*link*", "outbound-link-click", true), ("*link*", "lin", false),
    ("a*a", "a", false), ("a*a", "aa", true), ("a*a", "aba", true), ("ab*ba", "aba", false),
    ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false),
    ("*ab*ab*", "ab", false), ("*ab*ab*", "abab", true), ("*aab*", "aaab", true),
    ("100%", "100%", true), ("a_b", "axb", false), ("a.b", "axb", false), ("a?b", "axb", false),
    (#"a\*b"#, "a*b", true), (#"a\*b"#, "axb", false), (#"\**"#, "*x", true), (#"\**"#, "x", false),
    (#"a\b"#, #"a\b"#, true), (#"a\\b"#, #"a\\b"#, true), (#"a\"#, #"a\"#, true),
    (#"\\*"#, #"\*"#, true), (#"\\*"#, #"\x"#, false),
    ("a**b", "ab", true), ("a***b", "aXb", true), ("*aabaaab*", "aabaabaaabaa", true),
    ("*aab*", "aabab", true),
    ("*abab*abc*", "abababcabcx", true), ("*abab*abc*", "ababab", false), ("x*aa*x", "xax", false),
    ("/ü*", "/über-uns", true), ("*é", "cafe\u{301}", false),
  ]) func `a pattern matches the whole text`(pattern: String, text: String, matches: Bool) {
    var text = text
    #expect(text.withUTF8 { WildcardPattern(pattern).matches($0) } == matches)
  }
}
