import Testing

/// `allOf`, `anyOf`, `oneOf`, `not`, `if`, `then`, `else` and boolean schemas.
struct InPlaceApplicatorTests {
  @Test func `boolean schemas`() throws {
    try check("true", "1")
    try check("{}", "1")
    try check("false", "1", " : is not allowed")
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
      schema, "1", " /anyOf: must match at least one of 2 alternatives, matches none",
      " /anyOf/0/type: must be a string, not a number", " /anyOf/1/minimum: must be at least 2, is 1")
  }

  @Test func `alternatives that only require members are named`() throws {
    let schema = #"{"anyOf":[{"required":["a"]},{"required":["b"]}]}"#
    for value in [#"{"a":1}"#, #"{"b":1}"#, "1"] { try check(schema, value) }
    try check(schema, "{}", #" /anyOf: must have the member "a" or the member "b""#)
    try check(
      #"{"anyOf":[{"required":["a","b"]}]}"#, #"{"a":1}"#,
      " /anyOf: must match at least one of 1 alternative, matches none",
      #" /anyOf/0/required: must have the member "b""#)
  }

  @Test func `oneOf`() throws {
    let schema = #"{"oneOf":[{"type":"integer"},{"minimum":2},{"const":"x"}]}"#
    for value in ["1", "2.5"] { try check(schema, value) }
    try check(
      schema, "3", " /oneOf: must match exactly one of 3 alternatives, matches those at index 0 and 1")
    try check(
      schema, "\"x\"", " /oneOf: must match exactly one of 3 alternatives, matches those at index 1 and 2")
    try check(
      schema, "1.5", " /oneOf: must match exactly one of 3 alternatives, matches none",
      " /oneOf/0/type: must be a whole number, is 1.5", " /oneOf/1/minimum: must be at least 2, is 1.5",
      #" /oneOf/2/const: must be "x", is 1.5"#)
  }

  @Test func `not`() throws {
    try check(#"{"not":{"type":"string"}}"#, "1")
    try check(#"{"not":{"type":"string"}}"#, "\"\"", #" /not: must not match the schema of "not""#)
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
      "/1 /items/anyOf: must match at least one of 2 alternatives, matches none",
      "/1/a /items/anyOf/0/properties/a/oneOf: must match exactly one of 2 alternatives, matches none",
      "/1/a /items/anyOf/0/properties/a/oneOf/0/type: must be null, not a number",
      "/1/a /items/anyOf/0/properties/a/oneOf/1: is not allowed",
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
