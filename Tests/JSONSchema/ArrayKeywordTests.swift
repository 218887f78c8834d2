import Testing

/// `prefixItems`, `items`, `contains`, `minContains`, `maxContains`, `minItems`, `maxItems` and `uniqueItems`.
struct ArrayKeywordTests {
  @Test func `items`() throws {
    try check(#"{"items":{"type":"integer"}}"#, "[]")
    try check(#"{"items":{"type":"integer"}}"#, "[1,2]")
    try check(
      #"{"items":{"type":"integer"}}"#, #"[1,"a",2,null]"#,
      "/1 /items/type: must be a whole number, not a string",
      "/3 /items/type: must be a whole number, not null")
    try check(#"{"items":false}"#, "[]")
    try check(#"{"items":false}"#, "[1]", "/0 /items: is not allowed")
  }

  @Test func `prefixItems and what follows them`() throws {
    let schema = #"{"prefixItems":[{"type":"string"},{"type":"integer"}],"items":{"type":"null"}}"#
    for value in ["[]", #"["a"]"#, #"["a",1]"#, #"["a",1,null,null]"#] { try check(schema, value) }
    try check(
      schema, "[1,1,1]",
      "/0 /prefixItems/0/type: must be a string, not a number",
      "/2 /items/type: must be null, not a number")
    try check(#"{"prefixItems":[true],"items":false}"#, "[1]")
    try check(#"{"prefixItems":[true],"items":false}"#, "[1,2]", "/1 /items: is not allowed")
  }

  @Test func `counts`() throws {
    try check(#"{"minItems":1,"maxItems":2}"#, "[1]")
    try check(#"{"minItems":1,"maxItems":2}"#, "[1,2]")
    try check(#"{"minItems":1}"#, "[]", " /minItems: must have at least 1 element, has 0")
    try check(#"{"maxItems":2}"#, "[1,2,3]", " /maxItems: must have at most 2 elements, has 3")
  }

  @Test func `contains`() throws {
    try check(#"{"contains":{"const":1}}"#, "[0,1]")
    try check(
      #"{"contains":{"const":1}}"#, "[]",
      #" /contains: must have at least 1 element that matches "contains", has 0"#)
    try check(#"{"contains":{"const":1},"minContains":2}"#, "[1,0,1]")
    try check(
      #"{"contains":{"const":1},"minContains":2}"#, "[1,0]",
      #" /minContains: must have at least 2 elements that matches "contains", has 1"#)
    try check(#"{"contains":{"const":1},"minContains":0}"#, "[]")
    try check(#"{"contains":{"const":1},"maxContains":1}"#, "[1]")
    try check(
      #"{"contains":{"const":1},"maxContains":1}"#, "[1,1,0,1]",
      #" /maxContains: must have at most 1 element that matches "contains", has 3"#)
    try check(
      #"{"contains":{"const":1},"minContains":0,"maxContains":0}"#, "[1]",
      #" /maxContains: must have at most 0 elements that matches "contains", has 1"#)
    try check(#"{"minContains":2,"maxContains":1}"#, "[]")
  }

  @Test(arguments: [0, 1, 2, 8, 9, 65])
  func `uniqueItems`(count: Int) throws {
    let elements = (0..<count).map { "[\($0)]" }
    let schema = #"{"uniqueItems":true}"#
    try check(schema, "[\(elements.joined(separator: ","))]")
    if count > 0 {
      try check(
        schema, "[\((elements + ["[\(count - 1).0]"]).joined(separator: ","))]",
        " /uniqueItems: must not repeat an element; those at index \(count - 1) and \(count) are equal")
    }
  }

  @Test func `unequal elements are unique however alike they look`() throws {
    try check(#"{"uniqueItems":true}"#, #"[1,true,"1",[1],{"a":1},0,false,"",[],{},null]"#)
    try check(#"{"uniqueItems":false}"#, "[1,1]")
  }

  @Test func `values that are no arrays are of no concern`() throws {
    let schema = #"{"items":false,"contains":false,"minItems":9,"uniqueItems":true}"#
    for value in ["null", "true", "1", "\"\"", "{}"] { try check(schema, value) }
  }

  @Test func `what the keywords cannot be`() throws {
    try check(
      #"{"items":[true]}"#, refused: "/items: a schema must be an object, true or false, not an array")
    try check(#"{"prefixItems":[]}"#, refused: "/prefixItems: must be an array of one schema or more")
    try check(
      #"{"prefixItems":[1]}"#,
      refused: "/prefixItems/0: a schema must be an object, true or false, not a number")
    try check(#"{"minItems":"1"}"#, refused: "/minItems: must be a whole number from 0 on")
    try check(#"{"uniqueItems":1}"#, refused: "/uniqueItems: must be true or false")
  }
}
