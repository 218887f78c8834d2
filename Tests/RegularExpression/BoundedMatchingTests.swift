import RegularExpression
import Testing

/// Expressions that other engines never come to an end with.
struct BoundedMatchingTests {
  @Test(arguments: [
    "(a+)+$", "(a|a)*[bc]", "(a|a)*b", "(.*)*[x-z]", "(.*)*x", "(a*)*[bc]", "(a|aa)+$", "(?:a?){30}a{30}[bc]",
    "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){12}[bc]", "(x+x+)+y|(a+a+)+y", "a*a*a*a*a*a*[bc]",
    "(?:a|b|ab)*[cd]",
    "(a*?)*?[bc]", ".*.*=.*", ".*.*[=].*", "(?:(?:a*)*)*[bc]",
  ])
  func `the steps of a text are bounded by its length`(pattern: String) throws {
    let steps = try [1000, 2000].map { try match(pattern, String(repeating: "a", count: $0) + "!").steps }
    // Twice the text, twice the steps: less than the next power by far.
    #expect(steps[1] < steps[0] * 2 + 1000, "\(steps)")
    #expect(steps[0] < 1001 * 200)
  }

  @Test(arguments: [
    #"(a*)*\1[bc]"#, #"(a+)+\1$"#, #"^(a+)(a+)(a+)(a+)\4\3\2\1[bc]"#, "(?=(?:.*a){9}b)x*$|(?:(?=.*b)a)*b",
    "(?>(a+)+)[bc]",
  ])
  func `what is not bounded so is given up`(pattern: String) throws {
    let text = Array((String(repeating: "a", count: 5000) + "!").utf8)
    var matcher = RegularExpressionMatcher(try RegularExpression(pattern), steps: 100_000)
    _ = text.withUnsafeBufferPointer { text in
      #expect(throws: StepsExceeded.self) { try matcher.matches(text) }
    }
  }

  @Test func `after one text that is too much another one is matched`() throws {
    let expression = try RegularExpression(#"(a*)*\1[bc]$"#)
    var matcher = RegularExpressionMatcher(expression, steps: 1000)
    func matches(_ text: String) throws(StepsExceeded) -> Bool {
      try Array(text.utf8).withUnsafeBufferPointer { text throws(StepsExceeded) in try matcher.matches(text) }
    }
    #expect(throws: StepsExceeded.self) { try matches(String(repeating: "a", count: 50)) }
    matcher = RegularExpressionMatcher(expression, steps: 1000)
    #expect(try matches("aab"))
    #expect(try !matches("aad"))
  }

  @Test func `texts share the steps, to the last one`() throws {
    let needed = try match("(?:ab|c)+d", "abcabc").steps
    for (steps, suffices) in [(2 * needed, true), (2 * needed - 1, false)] {
      var matcher = RegularExpressionMatcher(try RegularExpression("(?:ab|c)+d"), steps: steps)
      let isDone = Array("abcabc".utf8).withUnsafeBufferPointer { text in
        (try? (matcher.matches(text), matcher.matches(text))) != nil
      }
      #expect(isDone == suffices)
    }
  }

  @Test func `what is remembered of a text is bounded`() throws {
    // 5,000 places that remember, in a text of 128 KiB, would be 655 million bits.
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 128 << 10)
    var matcher = RegularExpressionMatcher(try RegularExpression("(?:(?:a|b)?){2500}[cd]"), steps: .max)
    _ = text.withUnsafeBufferPointer { text in
      #expect(throws: StepsExceeded.self) { try matcher.matches(text) }
    }
  }

  @Test func `long texts`() throws {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20) + Array("/b".utf8)
    for pattern in ["^(?:a|b)*/b$", ".*/b", "a*b|[^a]b", "(?:aaa)+/b", "(?<=a+)/b"] {
      var matcher = RegularExpressionMatcher(try RegularExpression(pattern), steps: 100 << 20)
      let matches = try text.withUnsafeBufferPointer { text throws(StepsExceeded) in try matcher.matches(text)
      }
      #expect(matches, "\(pattern)")
    }
  }

  @Test func `bytes that are no UTF-8 stand for a scalar each`() throws {
    for (bytes, pattern) in [
      ([0xFF], "^.$"), ([0xC3], "^.$"), ([0x80, 0x41], "^.A$"), ([0xE2, 0x80], "^..$"),
      ([0x41, 0xF0, 0x9F, 0x98], "^A...$"), ([0xC3, 0xA9, 0xA9], "^é.$"), ([0xED, 0xA0, 0x80], "^...$"),
      ([0x61, 0xC3], "(?<=a.)$"), ([0x80], #"^\W$"#), ([0xC3, 0x28], #"^[^a]\($"#),
    ] as [([UInt8], String)] {
      var matcher = RegularExpressionMatcher(try RegularExpression(pattern), steps: 1000)
      let matches = try bytes.withUnsafeBufferPointer { text throws(StepsExceeded) in
        try matcher.matches(text)
      }
      #expect(matches, "\(pattern) and \(bytes)")
    }
  }
}
