import Testing

/// `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else` and boolean schemas.
struct LogicKeywordTests {
  @Test func `boolean schemas`() throws {
    try check("true", "1")
    try check("{}", "1")
    try check("false", "1", " : must not be there")
  }

  @Test func `allOf`() throws {
    let schema = #"{"allOf":[{"minimum":2},{"maximum":4},{"multipleOf":2}]}"#
    try check(schema, "4")
    try check(
      schema, "5", " /allOf/1/maximum: must be at most 4, is 5",
      " /allOf/2/multipleOf: must be a multiple of 2, is 5")
  }

  @Test func `anyOf`() throws {
    let schema = #"{"anyOf":[{"type":"string"},{"minimum":2}]}"#
    for value in ["\"\"", "2", "null"] { try check(schema, value) }
    try check(
      schema, "1", " /anyOf: must fit at least one of 2 alternatives, fits none",
      " /anyOf/0/type: must be a string, not a number", " /anyOf/1/minimum: must be at least 2, is 1")
  }

  @Test func `oneOf`() throws {
    let schema = #"{"oneOf":[{"type":"integer"},{"minimum":2},{"const":"x"}]}"#
    for value in ["1", "2.5"] { try check(schema, value) }
    try check(schema, "3", " /oneOf: must fit exactly one of 3 alternatives, fits those at 0 and 1")
    try check(schema, "\"x\"", " /oneOf: must fit exactly one of 3 alternatives, fits those at 1 and 2")
    try check(
      schema, "1.5", " /oneOf: must fit exactly one of 3 alternatives, fits none",
      " /oneOf/0/type: must be a whole number, is 1.5", " /oneOf/1/minimum: must be at least 2, is 1.5",
      #" /oneOf/2/const: must be "x""#)
  }

  @Test func `not`() throws {
    try check(#"{"not":{"type":"string"}}"#, "1")
    try check(#"{"not":{"type":"string"}}"#, "\"\"", #" /not: must not fit the schema under "not""#)
    try check(#"{"not":false}"#, "1")
  }

  @Test func `if, then and else`() throws {
    let schema = #"{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}"#
    for value in ["\"ab\"", "2", "null"] { try check(schema, value) }
    try check(schema, "\"a\"", " /then/minLength: must have at least 2 characters, has 1")
    try check(schema, "1", " /else/minimum: must be at least 2, is 1")
    try check(#"{"if":false}"#, "1")
    try check(#"{"then":false,"else":false}"#, "1")
    try check(#"{"if":true,"else":false}"#, "1")
  }

  @Test func `alternatives within alternatives`() throws {
    try check(
      #"{"items":{"anyOf":[{"properties":{"a":{"oneOf":[{"type":"null"},false]}},"type":"object"},{"type":"null"}]}}"#,
      #"[null,{"a":1}]"#,
      "/1 /items/anyOf: must fit at least one of 2 alternatives, fits none",
      "/1/a /items/anyOf/0/properties/a/oneOf: must fit exactly one of 2 alternatives, fits none",
      "/1/a /items/anyOf/0/properties/a/oneOf/0/type: must be null, not a number",
      "/1/a /items/anyOf/0/properties/a/oneOf/1: must not be there",
      "/1 /items/anyOf/1/type: must be null, not an object")
  }

  @Test func `what the keywords cannot be`() throws {
    for keyword in ["allOf", "anyOf", "oneOf"] {
      try check(#"{"\#(keyword)":[]}"#, refused: "/\(keyword): must be an array of one schema or more")
      try check(#"{"\#(keyword)":{}}"#, refused: "/\(keyword): must be an array of one schema or more")
    }
    try check(#"{"not":null}"#, refused: "/not: a schema must be an object, true or false, not null")
  }
}
