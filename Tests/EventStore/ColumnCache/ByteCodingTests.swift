import Testing

@testable import EventStore

struct ByteCodingTests {
  @Test func `what was written is read again`() {
    var writer = ByteWriter()
    let numbers: [UInt64] = [0, 1, 255, 256, .max]
    let texts = ["", "a", "größer 😀", "zero\0inside"]
    numbers.forEach { writer.write($0) }
    writer.write(Int64.min)
    writer.write(texts) { $0.write($1) }
    writer.write([Int]()) { $0.write($1) }
    #expect(writer.bytes.count == 8 * (5 + 1) + 8 + texts.reduce(0) { $0 + 8 + $1.utf8.count } + 8)

    var reader = ByteReader(writer.bytes)
    #expect(numbers.map { _ in reader.number() } == numbers)
    #expect(reader.signed() == .min)
    #expect(reader.elements { $0.text() } == texts)
    #expect(reader.elements { $0.signed() } == [])
    #expect(reader.isComplete && reader.isAtEnd)
  }

  @Test(arguments: 0..<24) func `once something is missing, everything behind it is`(count: Int) {
    var writer = ByteWriter()
    writer.write("text")
    writer.write(7)
    var reader = ByteReader(Array(writer.bytes.prefix(count)))
    _ = reader.text()
    #expect(reader.isComplete == (count >= 12))
    _ = reader.number()
    #expect(reader.isComplete == (count >= 20))
    #expect(!reader.isComplete || reader.number() == 0)
    #expect(!reader.isComplete && reader.text() == "" && reader.elements { $0.signed() } == [])
  }

  @Test(arguments: [-1, 1, 9, .max, .min]) func `a wrong count asks for nothing`(count: Int) {
    var writer = ByteWriter()
    writer.write(count)
    var reader = ByteReader(writer.bytes)
    #expect(reader.text() == "")
    #expect(!reader.isComplete)
    reader = ByteReader(writer.bytes)
    #expect(reader.elements { $0.text() } == [])
    #expect(!reader.isComplete)
  }
}
