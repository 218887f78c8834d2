import JSON
import JSONSchema
import Testing

/// `type`, `enum` and `const`.
struct GeneralKeywordTests {
  @Test(arguments: [
    ("null", "null"), ("boolean", "true"), ("boolean", "false"), ("integer", "1"), ("integer", "1.0"),
    ("integer", "1e300"), ("integer", "-0.0"), ("number", "1"), ("number", "1.5"), ("string", "\"\""),
    ("array", "[]"),
    ("object", "{}"),
  ])
  func `a value of the type fits`(type: String, value: String) throws {
    try check(#"{"type":"\#(type)"}"#, value)
    try check(#"{"type":["\#(type)"]}"#, value)
  }

  @Test func `a value of another type does not`() throws {
    try check(#"{"type":"string"}"#, "1", " /type: must be a string, not a number")
    try check(#"{"type":"string"}"#, "null", " /type: must be a string, not null")
    try check(#"{"type":"null"}"#, "false", " /type: must be null, not false")
    try check(#"{"type":"boolean"}"#, "0", " /type: must be true or false, not a number")
    try check(#"{"type":"number"}"#, "\"1\"", " /type: must be a number, not a string")
    try check(#"{"type":"array"}"#, "{}", " /type: must be an array, not an object")
    try check(#"{"type":"object"}"#, "[]", " /type: must be an object, not an array")
    try check(#"{"type":"integer"}"#, "1.5", " /type: must be a whole number, is 1.5")
    try check(#"{"type":"integer"}"#, "1e-300", " /type: must be a whole number, is 0.\(zeros(299))1")
    try check(#"{"type":"integer"}"#, "\"1\"", " /type: must be a whole number, not a string")
  }

  @Test func `several types`() throws {
    try check(#"{"type":["string","null"]}"#, "null")
    try check(#"{"type":["string","null"]}"#, "\"\"")
    try check(#"{"type":["null","string"]}"#, "1", " /type: must be a string or null, not a number")
    try check(
      #"{"type":["null","array","integer"]}"#, "\"\"",
      " /type: must be a whole number, an array or null, not a string")
  }

  @Test func `enum`() throws {
    let schema = #"{"enum":["url","path",1,null,{"a":[1]}]}"#
    for value in [#""url""#, "1", "1.0", "null", #"{"a":[1e0]}"#] { try check(schema, value) }
    for (value, found) in [
      (#""URL""#, #""URL"; did you mean "url"?"#), (#""something""#, #""something""#), ("2", "2"),
      ("false", "false"), ("[]", "an array"), (#"{"a":[2]}"#, "an object"),
    ] {
      try check(schema, value, #" /enum: must be one of "url", "path", 1, null, {"a":[1]}, is \#(found)"#)
    }
    try check(#"{"enum":["a"]}"#, "1", #" /enum: must be "a", is 1"#)
    try check(
      #"{"enum":["abcé"]}"#, "\"abce\u{301}\"",
      " /enum: must be \"abcé\", is \"abce\u{301}\"; did you mean \"abcé\"?")
  }

  @Test func `a long value is not shown`() throws {
    for (bytes, found) in [(64, "\"\(zeros(64))\""), (65, "a string")] {
      try check(#"{"enum":["a"]}"#, "\"\(zeros(bytes))\"", " /enum: must be \"a\", is \(found)")
    }
  }

  @Test(arguments: [99, 100]) func `only the first errors look for the nearest name`(before: Int) throws {
    var compiler = SchemaCompiler()
    try compiler.add(try JSONValue(parsing: #"{"items":{"enum":["name"]}}"#), uri: "test.json")
    let value = JSONValue.array(Array(repeating: "nam", count: before + 1))
    let last = try compiler.schema("test.json").validate(value).last?.error
    #expect(last == #"must be "name", is "nam""# + (before < 100 ? #"; did you mean "name"?"# : ""))
  }

  @Test(arguments: [8, 9, 100])
  func `an enum may be short or long`(count: Int) throws {
    let names = (1...count).map { "\"n\($0)\"" }.joined(separator: ", ")
    try check("{\"enum\":[\(names)]}", "\"n1\"")
    try check("{\"enum\":[\(names)]}", "\"n\(count)\"")
    try check(
      "{\"enum\":[\(names)]}", "\"n0\"", " /enum: must be one of \(names), is \"n0\"; did you mean \"n1\"?")
  }

  @Test func `const`() throws {
    try check(#"{"const":2}"#, "2.0")
    try check(#"{"const":{"a":1,"b":2}}"#, #"{"b":2,"a":1}"#)
    try check(#"{"const":false}"#, "0", " /const: must be false, is 0")
    try check(#"{"const":null}"#, "0", " /const: must be null, is 0")
    try check(#"{"const":0.1}"#, "0.10000000000000001", " /const: must be 0.1, is 0.10000000000000001")
  }

  @Test func `what the keywords cannot be`() throws {
    let types = #"one or an array of "null", "boolean", "integer", "number", "string", "array", "object""#
    for type in [#""text""#, "1", "[]", #"["string","string"]"#, #"["string",1]"#] {
      try check(#"{"type":\#(type)}"#, refused: "/type: must be \(types)")
    }
    try check(#"{"enum":"a"}"#, refused: "/enum: must be an array")
  }

  private func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
}
