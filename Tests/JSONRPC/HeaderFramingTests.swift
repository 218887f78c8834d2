import Testing

@testable import JSONRPC

@Suite struct HeaderFramingTests {
  @Test(arguments: [
    ("Content-Length: 2\r\n\r\n{}", [complete("{}")]),
    (
      "content-length:2\n\n{}CONTENT-LENGTH : 3\r\n\r\n[1]",
      [complete("{}"), unreadable("found \"CONTENT-LENGTH : 3\"")]
    ),
    ("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", [complete("{}"), complete("[1]")]),
    (
      "\r\n\nContent-Length: 2\r\n\r\n{}\r\n\r\nContent-Length: 2\r\n\r\n[]",
      [complete("{}"), complete("[]")]
    ),
    ("Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", [complete(""), complete("{}")]),
    ("Content-Length: 5\r\n\r\na\nb\r\n", [complete("a\nb\r\n")]),
    ("Content-Length: 2\r\n\r\né", [complete("é")]),
    (
      "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
      [complete("{}")]
    ),
    ("Content-Length: 2\r\nContent-Type: x; charset=\"UTF8\"\r\nX-Other: ü\r\n\r\n{}", [complete("{}")]),
    ("Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", [complete("{}")]),
  ]) func `a message has the bytes that its header says`(text: String, expected: [Expected]) {
    check(text, expected)
  }

  @Test(arguments: [
    ("Content-Length: two\r\n\r\n{}", "a number of bytes, found \"two\""),
    ("Content-Length: -2\r\n\r\n{}", "a number of bytes, found \"-2\""),
    ("Content-Length:\r\n\r\n{}", "a number of bytes"),
    ("Content-Length: 99999999999999999999\r\n\r\n{}", "a number of bytes"),
    ("Content-Type: x\r\n\r\n{}", "expected a Content-Length in the header, found none"),
    ("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "expected one Content-Length, found 2 and 3"),
    ("Content-Length: 2\r\nwithout colon\r\n\r\n{}", "found \"without colon\""),
    ("Content-Length: 2\r\n: 3\r\n\r\n{}", "found \": 3\""),
    ("Content-Length: 2\r\n{\"jsonrpc\":\"2.0\"}\r\n\r\n{}", "expected a header field such as"),
  ]) func `an invalid header is an error, and the next header is found`(text: String, says: String) {
    check(text, [unreadable(says)])
    check(text + "content-Content-Length: 2\r\n\r\n[]", [unreadable(says), complete("[]")])
  }

  @Test func `a message in another charset is rejected`() {
    check(
      "Content-Length: 2\r\nContent-Type: x; charset=utf-16\r\n\r\n{}Content-Length: 2\r\n\r\n[]",
      [unreadable("the charset utf-8, found \"utf-16\""), complete("[]")])
  }

  @Test(arguments: [
    ("", []),
    ("\r\n\r\n", []),
    ("Content-Len", [unreadable("found the end of the input")]),
    ("Content-Length: 2\r\n", [unreadable("found the end of the input")]),
    ("Content-Length: 2\r\n\r\n{", [unreadable("expected 2 bytes after the header, found 1")]),
  ]) func `a message cut by the end of the input is an error`(text: String, expected: [Expected]) {
    check(text, expected)
  }

  @Test(arguments: [63, 64, 65]) func `a message beyond the limit is reported, and the next one is read`(
    count: Int
  ) {
    let text = String(repeating: "x", count: count)
    let last = count > 64 ? Expected.frame(.tooLong(bytes: count)) : complete(text)
    check("Content-Length: \(count)\r\n\r\n\(text)", [last])
    check("Content-Length: \(count)\r\n\r\n\(text)Content-Length: 2\r\n\r\n{}", [last, complete("{}")])
  }

  @Test(arguments: [99, 100, 101]) func `a header has a limit`(count: Int) {
    let fields = "Content-Length: 2\r\nX: "
    let header = fields + String(repeating: "x", count: count - fields.utf8.count)
    check(
      "\(header)\n\n{}Content-Length: 2\r\n\r\n[]",
      [count > 100 ? unreadable("expected a header of at most 100 bytes") : complete("{}"), complete("[]")])
  }

  @Test func `the first bytes decide between headers and lines`() {
    for start in ["Content-Length: 2", "CONTENT-TYPE: x\r\ncontent-length: 2", "\r\n \ncontent-length: 2"] {
      check("\(start)\r\n\r\n{}", [complete("{}")], Framing(limits: .small))
    }
    for line in ["{}", "content", "Contents", "\"Content-Length: 2\"", "  {}", "c", "con\n"] {
      let text = line.last == "\n" ? String(line.dropLast()) : line
      check(line, [complete(text)], Framing(limits: .small))
    }
    for text in ["{}", "Content-Length: 2\r\n\r\n{}", "\r\n content-length: 2\n\n{}"] {
      check("\u{FEFF}\(text)", [complete("{}")], Framing(limits: .small))
    }
    // Only one mark is skipped, and only at the start.
    check("\u{FEFF}", [], Framing(limits: .small))
    check("\u{FEFF}\u{FEFF}{}", [complete("\u{FEFF}{}")], Framing(limits: .small))
    check("{}\n\u{FEFF}{}", [complete("{}"), complete("\u{FEFF}{}")], Framing(limits: .small))
    check("\u{FEFE}{}", [complete("\u{FEFE}{}")], Framing(limits: .small))
    let blanks = String(repeating: " ", count: 65)
    check(
      "\(blanks)Content-", [.frame(.tooLong(bytes: 73))], Framing(limits: .small))
  }
}

/// A frame, or an unreadable one whose reason contains a text.
enum Expected: Sendable {
  case frame(Frame)
  case unreadable(String)

  func matches(_ frame: Frame) -> Bool {
    switch (self, frame) {
    case (.frame(let expected), let frame): expected == frame
    case (.unreadable(let part), .unreadable(let reason)): reason.contains(part)
    default: false
    }
  }
}

private func complete(_ text: String) -> Expected { .frame(.complete(Array(text.utf8))) }
private func unreadable(_ part: String) -> Expected { .unreadable(part) }

extension MessageLimits {
  fileprivate static let small = MessageLimits(
    maximumMessageBytes: 64, maximumHeaderBytes: 100, maximumNesting: 8, maximumBatch: 8)
}

private protocol TestedFraming {
  mutating func feed(_ chunk: UnsafeBufferPointer<UInt8>, appendingTo frames: inout [Frame])
  mutating func finish() -> Frame?
}

extension HeaderFraming: TestedFraming {}
extension Framing: TestedFraming {}

/// Feeds the text whole and in parts of every small size.
private func check(
  _ text: String, _ expected: [Expected], _ framing: some TestedFraming = HeaderFraming(limits: .small),
  _ location: SourceLocation = #_sourceLocation
) {
  let bytes = Array(text.utf8)
  for size in Array(1...17) + [63, 64, 65, max(bytes.count, 1)] {
    var framing = framing
    var frames: [Frame] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBufferPointer {
        framing.feed($0, appendingTo: &frames)
      }
    }
    if let last = framing.finish() { frames.append(last) }
    let isExpected = frames.count == expected.count && zip(expected, frames).allSatisfy { $0.matches($1) }
    #expect(isExpected, "chunks of \(size): \(frames)", sourceLocation: location)
  }
}
