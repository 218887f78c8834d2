import Testing

/// `properties`, `patternProperties`, `additionalProperties`, `propertyNames`, `required`, `minProperties`,
/// `maxProperties`, `dependentRequired` and `dependentSchemas`.
struct ObjectKeywordTests {
  @Test func `properties in any order`() throws {
    let schema = #"{"properties":{"a":{"type":"string"},"b":{"type":"integer"},"c":false}}"#
    for value in ["{}", #"{"a":""}"#, #"{"b":1,"a":""}"#, #"{"x":1,"b":1,"y":2,"a":""}"#] {
      try check(schema, value)
    }
    try check(
      schema, #"{"b":"","c":0,"a":1}"#,
      "/b /properties/b/type: must be a whole number, not a string",
      "/c /properties/c: is not allowed",
      "/a /properties/a/type: must be a string, not a number")
  }

  @Test(arguments: [1, 63, 64, 65, 300])
  func `any number of properties, all required`(count: Int) throws {
    let names = (0..<count).map { "n\($0)" }
    let properties = names.map { "\"\($0)\":{\"type\":\"null\"}" }.joined(separator: ",")
    let required = names.map { "\"\($0)\"" }.joined(separator: ",")
    let schema = "{\"properties\":{\(properties)},\"required\":[\(required)]}"
    let members = names.map { "\"\($0)\":null" }
    try check(schema, "{\(members.joined(separator: ","))}")
    try check(schema, "{\(members.reversed().joined(separator: ","))}")
    try check(
      schema, "{\(members.dropLast().joined(separator: ","))}",
      " /required: must have the member \"n\(count - 1)\"")
  }

  @Test func `required members need no property`() throws {
    try check(#"{"required":["a","b"]}"#, #"{"b":null,"a":null}"#)
    try check(
      #"{"required":["a","b\"c"],"properties":{"a":true}}"#, #"{"c":1}"#,
      #" /required: must have the member "a""#, #" /required: must have the member "b\"c""#)
    try check(#"{"required":[]}"#, "{}")
    try check(#"{"required":["é"]}"#, "{\"e\u{301}\":1}", #" /required: must have the member "é""#)
  }

  @Test func `patternProperties and additionalProperties`() throws {
    let schema = """
      {"properties":{"a":true},"patternProperties":{"^x":{"type":"integer"},"y$":{"minimum":5}},
       "additionalProperties":{"type":"null"}}
      """
    try check(schema, #"{"a":1,"x1":1,"ay":"","xy":5,"b":null}"#)
    try check(
      schema, #"{"x":"","xy":1,"b":1}"#,
      "/x /patternProperties/^x/type: must be a whole number, not a string",
      "/xy /patternProperties/y$/minimum: must be at least 5, is 1",
      "/b /additionalProperties/type: must be null, not a number")
  }

  @Test func `members that are not known`() throws {
    try check(
      #"{"properties":{"a":true,"b":true},"additionalProperties":false}"#, #"{"a":1,"c/d":1,"other":2}"#,
      #"/c~1d /additionalProperties: is unknown; the known members are "a", "b""#,
      #"/other /additionalProperties: is unknown; the known members are "a", "b""#)
    try check(
      #"{"properties":{"steps":true,"window":true},"additionalProperties":false}"#, #"{"step":1}"#,
      #"/step /additionalProperties: is unknown; did you mean "steps"? The known members are "steps", "window""#
    )
    try check(
      #"{"additionalProperties":false}"#, #"{"a":1}"#,
      "/a /additionalProperties: is unknown; no member is allowed here")
    try check(
      #"{"required":["a"],"additionalProperties":false}"#, "{}", #" /required: must have the member "a""#)
  }

  @Test func `propertyNames`() throws {
    try check(#"{"propertyNames":{"maxLength":2}}"#, #"{"a":1,"bc":2}"#)
    try check(
      #"{"propertyNames":{"maxLength":2}}"#, #"{"a":1,"bcd":2}"#,
      #" /propertyNames: has the member "bcd", whose name is not allowed"#,
      " /propertyNames/maxLength: must have at most 2 characters, has 3")
  }

  @Test func `counts`() throws {
    try check(#"{"minProperties":1,"maxProperties":1}"#, #"{"a":1}"#)
    try check(#"{"minProperties":1}"#, "{}", " /minProperties: must have at least 1 member, has 0")
    try check(
      #"{"maxProperties":1}"#, #"{"a":1,"b":2}"#, " /maxProperties: must have at most 1 member, has 2")
  }

  @Test func `members that ask for others`() throws {
    let required = #"{"dependentRequired":{"a":["b","c"],"d":[]}}"#
    for value in ["{}", #"{"b":1}"#, #"{"a":1,"b":1,"c":1}"#, #"{"d":1}"#] { try check(required, value) }
    try check(
      required, #"{"a":1,"b":1}"#, #" /dependentRequired: must have the member "c", because it has "a""#)

    let schemas = #"{"dependentSchemas":{"a":{"minProperties":2},"b":false}}"#
    for value in ["{}", #"{"c":1}"#, #"{"a":1,"c":1}"#] { try check(schemas, value) }
    try check(
      schemas, #"{"a":1}"#, " /dependentSchemas/a/minProperties: must have at least 2 members, has 1")
    try check(schemas, #"{"b":1}"#, " /dependentSchemas/b: is not allowed")
  }

  @Test func `values that are no objects are of no concern`() throws {
    let schema = #"{"required":["a"],"minProperties":1,"propertyNames":false,"additionalProperties":false}"#
    for value in ["null", "true", "1", "\"\"", "[1]"] { try check(schema, value) }
  }

  @Test func `what the keywords cannot be`() throws {
    try check(#"{"properties":[]}"#, refused: "/properties: must be an object of schemas")
    try check(
      #"{"properties":{"a/b":1}}"#,
      refused: "/properties/a~1b: a schema must be an object, true or false, not a number")
    try check(
      #"{"patternProperties":{"[":true}}"#,
      refused: "/patternProperties/[: must be a regular expression: expected the ']' of the '[' "
        + "at character 1, found the end of the pattern at character 2")
    for required in [#""a""#, "[1]", #"["a","a"]"#] {
      try check(#"{"required":\#(required)}"#, refused: "/required: must be an array of different strings")
    }
    for dependent in ["[]", #"{"a":"b"}"#, #"{"a":["b","b"]}"#] {
      try check(
        #"{"dependentRequired":\#(dependent)}"#,
        refused: "/dependentRequired: must be an object of arrays of different strings")
    }
  }
}
