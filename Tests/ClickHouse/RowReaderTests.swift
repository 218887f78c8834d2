import Testing

@testable import ClickHouse

@Suite struct RowReaderTests {
  @Test func `values are read one after the other`() throws {
    var reader = RowReader(
      [2, 0x61, 0xFF] + [0xFE] + Array(repeating: 0xFF, count: 7) + [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]
        + [1, 0, 1, 0x62, 2, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0])
    #expect(try reader.text() == "a\u{FFFD}")
    #expect(try reader.integer() == -2)
    #expect(try reader.number() == 1.5)
    #expect(try reader.optional { reader throws(ClickHouseError) in try reader.text() } == nil)
    #expect(try reader.optional { reader throws(ClickHouseError) in try reader.text() } == "b")
    #expect(!reader.isAtEnd)
    #expect(try reader.list { reader throws(ClickHouseError) in try reader.count() } == [7, 8])
    #expect(reader.isAtEnd)
  }

  @Test func `a long text has a length of several bytes`() throws {
    var reader = RowReader([0xAC, 0x02] + Array(repeating: 0x78, count: 300))
    #expect(try reader.text().utf8.count == 300)
    #expect(reader.isAtEnd)
  }

  @Test(
    arguments: [
      [3, 0x61], [0x80], Array(repeating: 0x80, count: 8) + [1], Array(repeating: 0xFF, count: 8) + [0x7F],
      Array(repeating: 0xFF, count: 12), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] as [[UInt8]])
  func `an answer that is cut or damaged is an error`(bytes: [UInt8]) {
    var reader = RowReader(bytes)
    #expect(throws: ClickHouseError.self) { try reader.text() }
    var list = RowReader(bytes)
    #expect(throws: ClickHouseError.self) {
      try list.list { reader throws(ClickHouseError) in try reader.integer() }
    }
  }
}
