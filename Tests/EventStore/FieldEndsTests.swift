import Testing

@testable import Engine
@testable import EventStore

/// What is found 64 bytes at a time against what is found field by field, which the last rows of a file are.
struct FieldEndsTests {
  private static let columnCount = 3
  /// Rows behind those that are looked at, so that blocks can be read over them.
  private static let padding = String(repeating: "\"x\",y,\"z\"\n", count: 16)
  private static let alphabet = ["\"", ",", "\n", "\r\n", "\r", "a", "bc", "é", "\\N", "\0", "\"\"", "\",\""]

  @Test(arguments: 0..<10)
  func `rows are the same whether much or little follows them`(seed: Int) {
    var random = SeededRandom(state: UInt64(seed))
    for _ in 0..<500 {
      let count = Int(random.next() % 24)
      let text = (0..<count).map { _ in Self.alphabet[Int(random.next() % 12)] }.joined() + "\n"
      let alone = rows(text, count: text.utf8.count)
      if alone.contains(where: { $0.hasPrefix("unterminatedQuote") }) { continue }
      let followed = rows(text + Self.padding, count: text.utf8.count)
      #expect(followed == alone, "\(text.debugDescription)")
    }
  }

  @Test(arguments: [61, 62, 63, 64, 65, 127, 128, 129])
  func `a field may end anywhere in a block`(length: Int) {
    let field = String(repeating: "q", count: length)
    let text = "\(field),\"\(field)\",\"\"\n\"\(field)\n\",,\(field)\r\n"
    #expect(
      rows(text + Self.padding, count: text.utf8.count) == [
        "\(field)|\(field)|", "\(field)\n||\(field)",
      ])
  }

  /// The rows that begin in the first `count` bytes of `text`, or what became of them.
  private func rows(_ text: String, count: Int) -> [String] {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes in
      var scanner = CSVScanner(bytes, rows: 0..<count)
      let fields = RowFields(columnCount: Self.columnCount)
      var rows: [String] = []
      while true {
        let outcome = scanner.next(fields)
        switch outcome {
        case .end: return rows
        case .row:
          let texts = (0..<Self.columnCount).map { String(decoding: fields[$0], as: UTF8.self) }
          rows.append(texts.joined(separator: "|"))
        case .unterminatedQuote, .abandoned, .leftOut: return rows + ["\(outcome)"]
        case .bad: rows.append("\(outcome) at \(scanner.rowStart)")
        }
      }
    }
  }
}

private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    let mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    return mixed ^ mixed >> 27
  }
}
