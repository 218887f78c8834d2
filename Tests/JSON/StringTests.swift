import JSON
import Testing

/// What strings are read as, and how they are written.
struct StringTests {
  private func check(
    _ text: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let string = try JSONValue(parsing: text).string
    #expect(
      string.map { Array($0.unicodeScalars) } == Array(expected.unicodeScalars),
      sourceLocation: sourceLocation)
  }

  @Test func `characters stand for themselves`() throws {
    try check(#""""#, "")
    try check(#""a""#, "a")
    try check("\"\u{7F}\"", "\u{7F}")
    try check("\"é€😀\"", "é€😀")
    try check(
      "\"\u{2028}\u{2029}\u{FFFE}\u{10FFFF}\u{800}\u{FFFF}\u{10000}\"",
      "\u{2028}\u{2029}\u{FFFE}\u{10FFFF}\u{800}\u{FFFF}\u{10000}")
    try check("\"e\u{301}\"", "e\u{301}")
  }

  @Test func `escapes`() throws {
    try check(#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t")
    try check(#""\u0041\u00e9\u20AC\u0000""#, "A\u{E9}\u{20AC}\u{0}")
    try check(#""\uD83D\uDE00""#, "😀")
    try check(#""\ud800\udc00\uDBFF\uDFFF""#, "\u{10000}\u{10FFFF}")
    try check(#""\uFFFE\uD7FF\uE000""#, "\u{FFFE}\u{D7FF}\u{E000}")
    try check(#""\\u0041""#, "\\u0041")
    try check(#""a\nb\nc""#, "a\nb\nc")
    try check(#""😀\n😀""#, "😀\n😀")
  }

  /// Runs are scanned eight bytes at a time: what ends one must be seen at each place of a word.
  @Test(arguments: [0, 1, 6, 7, 8, 9, 14, 15, 16, 17, 63, 64, 65])
  func `whatever ends a run of plain characters is seen after any number of them`(count: Int) throws {
    let run = String(repeating: "x", count: count)
    for special in ["\"", "\\", "\n", "\u{0}", "\u{1F}", "\u{7F}", "\u{80}", "é", "€", "😀", "!", "[", "]"] {
      for text in [run + special, run + special + run, run + special + special] {
        let value = JSONValue.string(text)
        #expect(try JSONValue(parsing: value.serialized()) == value)
      }
    }
  }

  @Test func `only what must be escaped is escaped`() {
    let written = JSONValue.string("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é\u{2028}😀").description
    #expect(written == #""\"\\/\b\f\n\r\t\u0000\u001f"# + "\u{7F}é\u{2028}😀\"")
  }

  @Test func `every scalar comes back as it was`() throws {
    for plane in stride(from: UInt32(0), through: 0x10FFFF, by: 0x1000) {
      var text = ""
      for code in plane..<plane + 0x1000 {
        if let scalar = UnicodeScalar(code) { text.unicodeScalars.append(scalar) }
      }
      let bytes = JSONValue.string(text).serialized()
      #expect(!bytes.contains(0x0A))
      #expect(try JSONValue(parsing: bytes) == .string(text))
    }
  }
}
