import Testing

@testable import JSONRPC

@Suite struct LineFramingTests {
  @Test(arguments: [
    ("", []),
    ("\n", [""]),
    ("a", ["a"]),
    ("a\n", ["a"]),
    ("a\nb", ["a", "b"]),
    ("a\r\nb\r\n", ["a", "b"]),
    ("a\rb\n", ["a\rb"]),
    ("a\r\r\n", ["a\r"]),
    ("\r\n\n\r\n", ["", "", ""]),
    ("\n\na", ["", "", "a"]),
    ("a\r", ["a"]),
    ("é\n漢\n", ["é", "漢"]),
  ])
  func `lines end with LF or CRLF`(
    text: String, expected: [String]
  ) {
    check(text, limit: 100, expected.map(complete))
  }

  @Test(arguments: [1, 2, 63, 64, 65], ["\n", "\r\n", ""])
  func `a line at the limit passes, one beyond it is reported, and the next one is read`(
    limit: Int, end: String
  ) {
    for count in [limit - 1, limit, limit + 1, limit + 2, 3 * limit] where count > 0 {
      let text = String(repeating: "x", count: count)
      let line = count > limit ? Frame.tooLong(bytes: count) : complete(text)
      check(text + end, limit: limit, [line])
      if !end.isEmpty {
        check("a\n" + text + end + "b\n", limit: limit, [complete("a"), line, complete("b")])
      }
    }
  }

  @Test func `a line beyond the limit is not stored`() {
    var framing = LineFraming(maximumLineBytes: 64)
    var lines: [Frame] = []
    let chunk = [UInt8](repeating: 0x78, count: 65)
    for _ in 0..<100 { chunk.withUnsafeBufferPointer { framing.feed($0, appendingTo: &lines) } }
    #expect(framing.storedBytes == 0)
    #expect(lines.isEmpty)
    #expect(framing.finish() == .tooLong(bytes: 6_500))
  }
}

private func complete(_ text: String) -> Frame {
  .complete(Array(text.utf8))
}

/// Feeds the text whole, in two parts split everywhere, and in parts of every small size.
private func check(
  _ text: String, limit: Int, _ expected: [Frame], _ location: SourceLocation = #_sourceLocation
) {
  let bytes = Array(text.utf8)
  for split in 0...bytes.count {
    #expect(
      lines([bytes[..<split], bytes[split...]], limit) == expected, "split at \(split)",
      sourceLocation: location)
  }
  for size in [1, 2, 3, 63, 64, 65] {
    let chunks = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
    #expect(lines(chunks, limit) == expected, "chunks of \(size)", sourceLocation: location)
  }
}

private func lines(_ chunks: [ArraySlice<UInt8>], _ limit: Int) -> [Frame] {
  var framing = LineFraming(maximumLineBytes: limit)
  var lines: [Frame] = []
  for chunk in chunks { chunk.withUnsafeBufferPointer { framing.feed($0, appendingTo: &lines) } }
  if let last = framing.finish() { lines.append(last) }
  return lines
}
