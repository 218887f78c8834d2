import TestSupport
import Testing

@testable import Engine

@Suite struct InternerTests {
  /// Texts of all lengths around words of eight bytes, many of them twice.
  private func texts(_ count: Int) -> [String] {
    var random = SeededGenerator(seed: 42)
    return (0..<count).map { _ in
      String(
        (0..<Int.random(in: 0...17, using: &random)).map { _ in Bool.random(using: &random) ? "a" : "é" })
    }
  }

  @Test(arguments: [0, 1, 31, 32, 33, 63, 64, 65, 5000])
  func `texts get codes in order of first appearance, equal texts the same`(count: Int) {
    var interner = TextInterner.forDictionary()
    var expected: [String: UInt32] = ["": 0]
    for text in texts(count) {
      let code = expected[text] ?? UInt32(expected.count)
      expected[text] = code
      var text = text
      #expect(text.withUTF8 { interner.code(of: $0) } == code)
    }
    let dictionary = interner.dictionary()
    #expect(dictionary.count == expected.count)
    for (text, code) in expected {
      #expect(dictionary[Int(code)] == text)
      #expect(dictionary.code(of: text) == Int(code))
    }
    #expect(dictionary.code(of: "nowhere") == nil)
  }

  @Test func `canonically equivalent texts are different texts`() {
    var interner = TextInterner.forDictionary()
    var (composed, decomposed) = ("\u{E9}", "e\u{301}")
    #expect(composed.withUTF8 { interner.code(of: $0) } == 1)
    #expect(decomposed.withUTF8 { interner.code(of: $0) } == 2)
  }

  @Test func `ids are numbered whether they are UUIDs or not, and case tells them apart`() {
    let ids = [
      "0a6010b6-42df-4f63-a735-66394cbe6727", "0A6010B6-42DF-4F63-A735-66394CBE6727", "", "x",
      "0a6010b642df4f63a73566394cbe6727", "ffffffff-ffff-ffff-ffff-ffffffffffff",
      "00000000-0000-0000-0000-000000000000", "0a6010b6-42df-4f63-a735-66394cbe672g",
      "0a6010b6-42df-4f63-a735+66394cbe6727",
    ]
    var table = IdentifierTable()
    for round in 0..<2 {
      for (index, id) in ids.enumerated() {
        var id = id
        let (number, isNew) = id.withUTF8 { table.number(of: $0) }
        #expect(Int(number) == index && isNew == (round == 0))
      }
    }
  }

  @Test func `ten thousand UUIDs get ten thousand numbers`() {
    var random = SeededGenerator(seed: 3)
    var table = IdentifierTable()
    let digits = Array("0123456789abcdef")
    for index in 0..<10_000 {
      var id = String(
        (0..<36).map { place in
          [8, 13, 18, 23].contains(place) ? "-" : digits[Int.random(in: 0..<16, using: &random)]
        })
      #expect(id.withUTF8 { table.number(of: $0) } == (UInt32(index), true))
    }
    #expect(table.count == 10_000)
  }
}
