import JSON
import Testing

/// The bytes that values become.
struct WriterTests {
  private func check(
    _ value: JSONValue, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(String(decoding: value.serialized(), as: UTF8.self) == expected, sourceLocation: sourceLocation)
  }

  private func check(
    decimal significand: Int128, _ scale: Int, _ expected: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    check(
      .decimal(JSONDecimal(significand: significand, scale: scale)), expected, sourceLocation: sourceLocation)
  }

  @Test func `values are written on one line without spaces, members in their order`() {
    check(nil, "null")
    check([true, false], "[true,false]")
    check([], "[]")
    check([:], "{}")
    check([[], [:], [1, "a"]], #"[[],{},[1,"a"]]"#)
    check(["b": 1, "a": [["c": nil]], "": ["d": 2, "e": 3]], #"{"b":1,"a":[{"c":null}],"":{"d":2,"e":3}}"#)
  }

  @Test(arguments: [Double.infinity, -.infinity, .nan, .signalingNaN])
  func `what JSON has no number for is null`(value: Double) {
    check(.double(value), "null")
    check([.double(value), 1], "[null,1]")
    #expect(JSONDecimal(shortest: value) == nil && JSONValue.double(value).decimal == nil)
    // Neither comparing nor hashing them ends anything.
    #expect(JSONValue.double(value) != .integer(1))
    #expect(Set([JSONValue.double(value), .integer(1)]).count == 2)
  }

  @Test func `writing asks whether it was cancelled, and ends soon after`() {
    var writer = JSONWriter()
    var asked = 0
    writer.isCancelled = {
      asked += 1
      return asked == 3
    }
    let long = JSONValue.array(Array(repeating: .string(String(repeating: "x", count: 100)), count: 100_000))
    writer.write(long)
    #expect(writer.isStopped && asked == 3 && writer.bytes.count < 1 << 20)
    // What is written next is asked about anew.
    writer.removeAll()
    writer.isCancelled = nil
    writer.write(long)
    #expect(!writer.isStopped && writer.bytes == long.serialized())
  }

  @Test func `integers`() {
    check(0, "0")
    check(-1, "-1")
    check(9, "9")
    check(10, "10")
    check(99, "99")
    check(100, "100")
    check(-999_999_999_999_999_999, "-999999999999999999")
    check(1_000_000_000_000_000_000, "1000000000000000000")
    check(.integer(.max), "9223372036854775807")
    check(.integer(.min), "-9223372036854775808")
  }

  @Test func `decimals have no exponent unless they are whole and very large`() {
    check(decimal: 0, 5, "0")
    check(decimal: 5, 1, "0.5")
    check(decimal: -5, 3, "-0.005")
    check(decimal: 1250, 2, "12.5")
    check(decimal: 12345, 4, "1.2345")
    check(decimal: 12345, 5, "0.12345")
    check(decimal: 1, -3, "1000")
    check(decimal: 1, -38, "1" + String(repeating: "0", count: 38))
    check(decimal: 1, -39, "1e39")
    check(decimal: -12, -300, "-12e300")
    check(decimal: .max, 0, "170141183460469231731687303715884105727")
    check(decimal: .min, 38, "-1.70141183460469231731687303715884105728")
  }

  @Test func `doubles have the fewest digits that read back`() {
    check(.double(0), "0.0")
    check(.double(0.1), "0.1")
    check(.double(-1.5), "-1.5")
    check(.double(1.0 / 3), "0.3333333333333333")
    check(.double(100), "100.0")
    check(.double(1e21), "1e+21")
    check(.double(.leastNonzeroMagnitude), "5e-324")
    check(.double(.greatestFiniteMagnitude), "1.7976931348623157e+308")
  }

  @Test func `doubles and decimals read back as they were`() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2_000 {
      let double = Double(bitPattern: generator.next())
      if double.isFinite {
        let value = JSONValue.double(double)
        #expect(try JSONValue(parsing: value.serialized()).double == double)
        #expect(try JSONValue(parsing: value.serialized()) == value)
      }
      let digits = Int128(truncatingIfNeeded: generator.next()) << Int128(generator.next() % 64)
      let decimal = JSONValue.decimal(
        JSONDecimal(significand: digits, scale: Int.random(in: -200...300, using: &generator)))
      #expect(try JSONValue(parsing: decimal.serialized()) == decimal)
    }
  }

  @Test func `a streamed value is the same as a whole one`() {
    var writer = JSONWriter()
    writer.beginObject()
    writer.name("a")
    writer.beginArray()
    writer.write(1)
    writer.write("x")
    writer.write(JSONDecimal(significand: 15, scale: 1))
    writer.write(2.5)
    writer.write(true)
    writer.writeNull()
    writer.beginArray()
    writer.endArray()
    writer.write(["b": []])
    writer.endArray()
    writer.name("c\"")
    writer.write(text: "{\"d\":0}".utf8)
    writer.name("e")
    writer.beginObject()
    writer.endObject()
    writer.endObject()
    let expected = #"{"a":[1,"x",1.5,2.5,true,null,[],{"b":[]}],"c\"":{"d":0},"e":{}}"#
    #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)

    writer.removeAll()
    writer.write(1)
    #expect(writer.bytes == Array("1".utf8))
  }
}
