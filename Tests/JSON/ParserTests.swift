import JSON
import Testing

/// What texts are read as. Values are compared by their text, which tells `1` from `1.0`.
struct ParserTests {
  private func check(
    _ text: String, reads expected: JSONValue, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.description == expected.description, sourceLocation: sourceLocation)
  }

  @Test func `literals`() throws {
    try check("null", reads: nil)
    try check("true", reads: true)
    try check("false", reads: false)
    try check(" \t\r\n null \t\r\n ", reads: nil)
  }

  @Test func `arrays keep their order and may be empty`() throws {
    try check("[]", reads: [])
    try check("[ ]", reads: [])
    try check("[1,2,[3],[[]]]", reads: [1, 2, [3], [[]]])
    try check("[null , 1 , \"1\" , {} ]", reads: [nil, 1, "1", [:]])
  }

  @Test func `objects keep the order of their members`() throws {
    try check("{}", reads: [:])
    try check("{ }", reads: [:])
    try check(#"{"b":1,"a":2}"#, reads: ["b": 1, "a": 2])
    try check(#" { "b" : { "c" : [ 1 ] } } "#, reads: ["b": ["c": [1]]])
    try check(#"{"":0}"#, reads: ["": 0])
    try check(#"{"a\u0000b":0}"#, reads: ["a\u{0}b": 0])
  }

  @Test(arguments: [2, 15, 16, 17, 18, 64, 1000])
  func `of a repeated name the last value counts and keeps the first place`(count: Int) throws {
    var members = (0..<count).map { "\"m\($0)\":\($0)" }
    members.append("\"m1\":\"again\"")
    members.append("\"last\":0")
    members.append("\"last\":1")
    let object = try JSONValue(parsing: "{" + members.joined(separator: ",") + "}").object
    #expect(object?.count == count + 1)
    #expect(object?.members[1].name == "m1")
    #expect(object?["m1"]?.string == "again")
    #expect(object?["last"]?.wholeNumber == 1)
  }

  @Test func `a name that is repeated with escapes is the same name`() throws {
    try check(#"{"a":1,"\u0061":2}"#, reads: ["a": 2])
    try check(#"{"\u0061b":1,"c":2,"a\u0062":3}"#, reads: ["ab": 3, "c": 2])
    try check(#"{"/":1,"\/":2,"":3,"\n":4,"\u000A":5}"#, reads: ["/": 2, "": 3, "\n": 5])
  }

  @Test func `names that are only canonically equivalent are different members`() throws {
    let value = try JSONValue(parsing: "{\"\u{E9}\":1,\"e\u{301}\":2}")
    #expect(value.object?.count == 2)
    #expect(value["\u{E9}"]?.wholeNumber == 1)
    #expect(value["e\u{301}"]?.wholeNumber == 2)
  }

  @Test(arguments: [0, 1, 2, 128])
  func `nesting goes as deep as the limit and no deeper`(limit: Int) throws {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let inner = open == "[" ? "" : "0"
      let fits = String(repeating: open, count: limit) + (limit == 0 ? "0" : inner)
      _ = try JSONValue(parsing: fits + String(repeating: close, count: limit), maximumDepth: limit)

      let tooDeep = String(repeating: open, count: limit + 1)
      let error = #expect(throws: JSONParseError.self) {
        try JSONValue(parsing: tooDeep, maximumDepth: limit)
      }
      #expect(error?.kind == .nestingTooDeep(limit: limit))
      #expect(error?.offset == limit * open.utf8.count)
    }
  }

  @Test func `siblings do not count as depth`() throws {
    _ = try JSONValue(parsing: "[[],[],{},{\"a\":[]}]", maximumDepth: 3)
  }

  @Test func `bytes, slices and texts are read alike`() throws {
    let bytes = Array("x[1]y".utf8)
    #expect(try JSONValue(parsing: bytes[1..<4]) == [1])
    #expect(try JSONValue(parsing: Array(bytes[1..<4])) == [1])
    let error = #expect(throws: JSONParseError.self) { try JSONValue(parsing: bytes[1...]) }
    #expect(error?.offset == 3)
  }
}
