import JSON
import Testing

/// Equality as JSON Schema defines it, and that equal values hash alike.
struct EqualityTests {
  private func check(
    _ a: String, _ b: String, equal: Bool, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (a, b) = (try JSONValue(parsing: a), try JSONValue(parsing: b))
    #expect((a == b) == equal, sourceLocation: sourceLocation)
    #expect((b == a) == equal, sourceLocation: sourceLocation)
    if equal { #expect(a.hashValue == b.hashValue, sourceLocation: sourceLocation) }
  }

  @Test func `numbers are equal by value and not by spelling`() throws {
    try check("1", "1.0", equal: true)
    try check("1", "1e0", equal: true)
    try check("100", "1E2", equal: true)
    try check("0.5", "5e-1", equal: true)
    try check("0", "-0.0", equal: true)
    try check("1e60", "1" + String(repeating: "0", count: 60), equal: true)
    try check("1e60", "10e59", equal: true)
    try check("9223372036854775808", "9223372036854775808.0", equal: true)
  }

  @Test func `numbers are compared exactly`() throws {
    try check("9007199254740993", "9007199254740992", equal: false)
    try check("9007199254740993", "9007199254740992.0", equal: false)
    try check("0.1", "0.1000000000000000055511151231257827", equal: false)
    try check("0.3", "0.30000000000000004", equal: false)
    try check("1e-300", "2e-300", equal: false)
    try check("1", "-1", equal: false)
  }

  @Test func `a double is the decimal that is written for it`() {
    #expect(JSONValue.double(0.1) == .decimal(JSONDecimal(significand: 1, scale: 1)))
    #expect(JSONValue.double(3) == .integer(3))
    #expect(JSONValue.double(3).hashValue == JSONValue.integer(3).hashValue)
    #expect(JSONValue.double(1e300) == .decimal(JSONDecimal(significand: 1, scale: -300)))
    #expect(JSONValue.double(0.1 + 0.2) != .decimal(JSONDecimal(significand: 3, scale: 1)))
  }

  @Test func `values of different types are never equal`() {
    let values: [JSONValue] = [nil, false, true, 0, 1, "", "0", "1", "false", "null", [], [0], [:], ["0": 0]]
    for (i, a) in values.enumerated() {
      for (j, b) in values.enumerated() { #expect((a == b) == (i == j)) }
    }
    #expect(Set(values).count == values.count)
  }

  @Test func `strings are compared by their scalars`() throws {
    try check("\"\u{E9}\"", "\"e\u{301}\"", equal: false)
    try check("\"\u{212B}\"", "\"A\u{30A}\"", equal: false)
    try check("\"\\u00e9\"", "\"\u{E9}\"", equal: true)
  }

  @Test func `arrays are compared in order and objects without it`() throws {
    try check("[1,2]", "[2,1]", equal: false)
    try check("[1]", "[1,1]", equal: false)
    try check(#"{"a":1,"b":[{"c":2,"d":3}]}"#, #"{"b":[{"d":3,"c":2.0}],"a":1}"#, equal: true)
    try check(#"{"a":1,"b":2}"#, #"{"a":1}"#, equal: false)
    try check(#"{"a":1,"b":2}"#, #"{"a":2,"b":1}"#, equal: false)
    try check(#"{"a":1,"b":2}"#, #"{"b":2,"c":1}"#, equal: false)
    try check(#"{"a":null}"#, #"{"b":null}"#, equal: false)
  }

  @Test(arguments: [15, 16, 17, 500])
  func `objects of any size are compared without order`(count: Int) {
    let members = (0..<count).map { (name: "m\($0)", value: JSONValue.integer(Int64($0))) }
    let object = JSONObject(members: members)
    #expect(object == JSONObject(members: members.reversed()))
    #expect(object.hashValue == JSONObject(members: members.reversed()).hashValue)
    var other = JSONObject(members: members.reversed())
    other["m3"] = 4
    #expect(object != other)
    other["m3"] = nil
    other["n"] = 3
    #expect(object != other)
  }

  @Test func `texts have the same scalars if they have the same bytes, however they are kept`() {
    let long = String(repeating: "x", count: 40)
    // Short texts are kept in a string itself, others elsewhere; a part of a long one is made short again.
    let texts = [
      "", "a", "b", "aa", "e\u{301}", "\u{e9}", "fifteen bytes 1", "fifteen bytes 2", "sixteen bytes  1",
      "sixteen bytes  2", String(long.prefix(3)), "xxx", String(long.prefix(20)),
      String(repeating: "x", count: 20), long, String(decoding: Array("e\u{301}".utf8), as: UTF8.self),
    ]
    for a in texts {
      for b in texts { #expect(sameScalars(a, b) == a.utf8.elementsEqual(b.utf8), "\(a) and \(b)") }
    }
  }
}
