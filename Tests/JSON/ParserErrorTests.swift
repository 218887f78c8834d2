import JSON
import Testing

/// What is refused, where and in which words.
struct ParserErrorTests {
  private func check(
    _ text: String, _ problem: String, at offset: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    check(Array(text.utf8), problem, at: offset, sourceLocation: sourceLocation)
  }

  private func check(
    _ bytes: [UInt8], _ problem: String, at offset: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: JSONParseError.self, sourceLocation: sourceLocation) {
      try JSONValue(parsing: bytes)
    }
    #expect(error?.description == "\(problem) at byte \(offset)", sourceLocation: sourceLocation)
  }

  @Test func `texts without a value`() {
    check("", "expected a value, found the end of the text", at: 0)
    check("  ", "expected a value, found the end of the text", at: 2)
    check("x", "expected a value, found 'x'", at: 0)
    check("NaN", "expected a value, found 'N'", at: 0)
    check("Infinity", "expected a value, found 'I'", at: 0)
    check("'a'", "expected a value, found '''", at: 0)
    check("\u{0}", "expected a value, found the byte 0x00", at: 0)
    check("\u{A0}1", "expected a value, found the byte 0xC2", at: 0)
    check("\u{C}1", "expected a value, found the byte 0x0C", at: 0)
    check("// note\n1", "expected a value, found '/'", at: 0)
    check("\u{FEFF}{}", "expected a JSON text without a byte order mark, found one", at: 0)
    check([0xFF, 0xFE, 0x7B, 0x00], "expected a value, found the byte 0xFF", at: 0)
  }

  @Test func `something after the value`() {
    check("1 2", "expected the end of the text, found '2'", at: 2)
    check("[]]", "expected the end of the text, found ']'", at: 2)
    check("{}{}", "expected the end of the text, found '{'", at: 2)
    check("\"a\"x", "expected the end of the text, found 'x'", at: 3)
    check("1\u{0}", "expected the end of the text, found the byte 0x00", at: 1)
    check("null// note", "expected the end of the text, found '/'", at: 4)
  }

  @Test func `literals`() {
    check("tru", "expected 'true', found the end of the text", at: 3)
    check("trUe", "expected 'true', found 'U'", at: 2)
    check("nul]", "expected 'null', found ']'", at: 3)
    check("falsy", "expected 'false', found 'y'", at: 4)
    check("True", "expected a value, found 'T'", at: 0)
    check("nulls", "expected the end of the text, found 's'", at: 4)
  }

  @Test func `arrays`() {
    check("[", "expected a value, found the end of the text", at: 1)
    check("[1", "expected ',' or ']' after the element, found the end of the text", at: 2)
    check("[1,", "expected a value, found the end of the text", at: 3)
    check("[1,]", "expected a value, found ']'", at: 3)
    check("[,1]", "expected a value, found ','", at: 1)
    check("[1,,2]", "expected a value, found ','", at: 3)
    check("[1 2]", "expected ',' or ']' after the element, found '2'", at: 3)
    check("[1:2]", "expected ',' or ']' after the element, found ':'", at: 2)
    check("[1}", "expected ',' or ']' after the element, found '}'", at: 2)
    check("[1\n/* a */]", "expected ',' or ']' after the element, found '/'", at: 3)
  }

  @Test func `objects`() {
    check("{", "expected a member name in double quotes, found the end of the text", at: 1)
    check("{a:1}", "expected a member name in double quotes, found 'a'", at: 1)
    check("{'a':1}", "expected a member name in double quotes, found '''", at: 1)
    check("{1:1}", "expected a member name in double quotes, found '1'", at: 1)
    check("{,}", "expected a member name in double quotes, found ','", at: 1)
    check("{\"a\":1,}", "expected a member name in double quotes, found '}'", at: 7)
    check("{\"a\":1,,\"b\":2}", "expected a member name in double quotes, found ','", at: 7)
    check("{\"a\"", "expected ':' after the member name, found the end of the text", at: 4)
    check("{\"a\" 1}", "expected ':' after the member name, found '1'", at: 5)
    check("{\"a\",1}", "expected ':' after the member name, found ','", at: 4)
    check("{\"a\":}", "expected a value, found '}'", at: 5)
    check("{\"a\"::1}", "expected a value, found ':'", at: 5)
    check("{\"a\":1", "expected ',' or '}' after the member, found the end of the text", at: 6)
    check("{\"a\":1]", "expected ',' or '}' after the member, found ']'", at: 6)
    check("{\"a\":1 \"b\":2}", "expected ',' or '}' after the member, found '\"'", at: 7)
  }

  @Test func `numbers`() {
    check("-", "expected a digit, found the end of the text", at: 1)
    check("+1", "expected a value, found '+'", at: 0)
    check("--1", "expected a digit, found '-'", at: 1)
    check("-a", "expected a digit, found 'a'", at: 1)
    check(".5", "expected a value, found '.'", at: 0)
    check("-.5", "expected a digit, found '.'", at: 1)
    check("012", "expected no digit after a leading zero, found '1'", at: 1)
    check("-012", "expected no digit after a leading zero, found '1'", at: 2)
    check("00", "expected no digit after a leading zero, found '0'", at: 1)
    check("1.", "expected a digit after the point, found the end of the text", at: 2)
    check("1.e1", "expected a digit after the point, found 'e'", at: 2)
    check("1.5.5", "expected the end of the text, found '.'", at: 3)
    check("1e", "expected a digit in the exponent, found the end of the text", at: 2)
    check("1e+", "expected a digit in the exponent, found the end of the text", at: 3)
    check("1e+-1", "expected a digit in the exponent, found '-'", at: 3)
    check("1eE1", "expected a digit in the exponent, found 'E'", at: 2)
    check("0x10", "expected the end of the text, found 'x'", at: 1)
    check("1_000", "expected the end of the text, found '_'", at: 1)
    check("-Infinity", "expected a digit, found 'I'", at: 1)
    check("\u{FF11}", "expected a value, found the byte 0xEF", at: 0)
    check("[1e400]", "expected a number in the range of a double, found one outside", at: 1)
    check("[0,-1e99999]", "expected a number in the range of a double, found one outside", at: 3)
    check("1e-500", "expected a number in the range of a double, found one outside", at: 0)
  }

  @Test func `strings`() {
    check("\"", "expected '\"' at the end of the string, found the end of the text", at: 1)
    check("\"abcdefghijkl", "expected '\"' at the end of the string, found the end of the text", at: 13)
    check("\"\\\"", "expected '\"' at the end of the string, found the end of the text", at: 3)
    check(
      "\"a\nb\"",
      "expected \\u000A as the escape of a control character, found the character itself", at: 2)
    check(
      "\"12345678\t\"",
      "expected \\u0009 as the escape of a control character, found the character itself", at: 9)
    check(
      "\"\u{0}\"",
      "expected \\u0000 as the escape of a control character, found the character itself", at: 1)
  }

  @Test func `escapes`() {
    let escapes = #"one of the escapes \" \\ \/ \b \f \n \r \t \uXXXX"#
    check("\"\\", "expected \(escapes), found the end of the text", at: 2)
    check(#""\x00""#, "expected \(escapes), found 'x'", at: 2)
    check(#""\U0041""#, "expected \(escapes), found 'U'", at: 2)
    check(#""\'""#, "expected \(escapes), found '''", at: 2)
    check("\"\\\u{E9}\"", "expected \(escapes), found the byte 0xC3", at: 2)
    check(#""\u""#, "expected four hexadecimal digits after \\u, found '\"'", at: 3)
    check(#""\u00A""#, "expected four hexadecimal digits after \\u, found '\"'", at: 6)
    check(#""\u00G0""#, "expected four hexadecimal digits after \\u, found 'G'", at: 5)
    check(#""\uD800\u""#, "expected four hexadecimal digits after \\u, found '\"'", at: 9)
    check(#""\uD800""#, "expected a pair of surrogates, found \\uD800 alone", at: 1)
    check(#""a\uDC00""#, "expected a pair of surrogates, found \\uDC00 alone", at: 2)
    check(#""\uD800\n""#, "expected a pair of surrogates, found \\uD800 alone", at: 1)
    check(#""\uDBFF\uDBFF""#, "expected a pair of surrogates, found \\uDBFF alone", at: 1)
    check(#""\uDC00\uD800""#, "expected a pair of surrogates, found \\uDC00 alone", at: 1)
    check(#""\uD800\u0041""#, "expected a pair of surrogates, found \\uD800 alone", at: 1)
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC3], [0xC3, 0x28], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0xBF], [0xE2, 0x82],
      [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF],
      [0xF0, 0x90, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]])
  func `bytes in a string that are not UTF-8`(bytes: [UInt8]) throws {
    for prefix in ["\"", "\"12345678", "\"\\n", "\"\u{E9}"] {
      let start = Array(prefix.utf8)
      let problem = "expected UTF-8, found bytes that are none"
      check(start + bytes + [0x22], problem, at: start.count)
      check(start + bytes, problem, at: start.count)
    }
    #expect(try JSONValue(parsing: "[1]") == [1])
  }

  @Test func `every cut of a good text is refused at a byte within it`() throws {
    let text = Array(#"{"a":[1,-2.5e+3,true,null,"x\n\ud83d\ude00é"],"b":{"":false}}"#.utf8)
    _ = try JSONValue(parsing: text)
    for end in text.indices {
      let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: text[..<end]) }
      #expect(error.map { 0...end ~= $0.offset } == true)
    }
  }
}
