import JSON
import JSONSchema
import Testing

/// What is no schema here, and that nothing unknown passes in silence.
struct CompilerTests {
  @Test func `a schema is an object or a boolean`() throws {
    try check("1", refused: ": a schema must be an object, true or false, not a number")
    try check("[]", refused: ": a schema must be an object, true or false, not an array")
  }

  @Test(arguments: [
    "minLenght", "unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$dynamicAnchor", "$vocabulary",
    "contentEncoding", "definitions", "dependencies", "x-note", "Type", "", "additionalItems",
  ])
  func `an unknown keyword is refused wherever it stands`(keyword: String) throws {
    let problem = "\"\(keyword)\" is no keyword that is known here"
    try check("{\"\(keyword)\":1}", refused: "/\(keyword): \(problem)")
    try check("{\"$defs\":{\"unused\":{\"\(keyword)\":1}}}", refused: "/$defs/unused/\(keyword): \(problem)")
    try check("{\"allOf\":[true,{\"\(keyword)\":1}]}", refused: "/allOf/1/\(keyword): \(problem)")
  }

  @Test func `annotations refuse no value`() throws {
    let schema = """
      {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"a.json","$comment":"c","title":"t",
       "description":"d","default":1,"examples":["e"],"deprecated":true,"readOnly":true,"writeOnly":false,"x-tool":"x",
       "x-rows":"r.","x-option":true,"x-lists":{"day":["Sunday"]},"x-null":"n"}
      """
    try check(schema, "null")
  }

  @Test func `what annotations and names cannot be`() throws {
    try check(
      #"{"$schema":"http://json-schema.org/draft-07/schema#"}"#,
      refused:
        "/$schema: must be \"https://json-schema.org/draft/2020-12/schema\", the only dialect that is known here"
    )
    try check(#"{"title":1}"#, refused: "/title: must be a string")
    try check(#"{"$comment":{}}"#, refused: "/$comment: must be a string")
    try check(#"{"examples":1}"#, refused: "/examples: must be an array")
    try check(#"{"x-tool":true}"#, refused: "/x-tool: must be false or a string")
    try check(#"{"x-rows":1}"#, refused: "/x-rows: must be a string")
    try check(#"{"x-option":"day"}"#, "null")
    for option in ["1", "false"] {
      try check("{\"x-option\":\(option)}", refused: "/x-option: must be true or a string")
    }
    for lists in ["1", "{}", #"{"day":"Sunday"}"#, #"{"a":[],"b":[]}"#] {
      try check("{\"x-lists\":\(lists)}", refused: "/x-lists: must be an object with one array")
    }
    try check(#"{"x-null":1}"#, refused: "/x-null: must be a string")
    try check(#"{"deprecated":"no"}"#, refused: "/deprecated: must be true or false")
    try check(#"{"$id":1}"#, refused: "/$id: must be a string")
    try check(#"{"$id":"a#b"}"#, refused: "/$id: must be a URI without a fragment")
    try check(
      #"{"$defs":{"a":1}}"#, refused: "/$defs/a: a schema must be an object, true or false, not a number")
    for anchor in ["", "1a", "a/b", "a b", "é"] {
      try check(
        #"{"$anchor":"\#(anchor)"}"#,
        refused: "/$anchor: must be a letter or '_' and then letters, digits, '_', '-' and '.'")
    }
  }

  @Test func `references that lead nowhere`() throws {
    try check(#"{"$ref":1}"#, refused: "/$ref: must be a string")
    for (reference, target) in [
      ("#/$defs/a", "test.json#/$defs/a"), ("#a", "test.json#a"), ("other.json", "other.json"),
      ("#/properties", "test.json#/properties"), ("#/default", "test.json#/default"),
    ] {
      try check(
        "{\"$ref\":\"\(reference)\",\"properties\":{},\"default\":{}}",
        refused: "/$ref: must lead to a schema; \(target) is none that was added")
    }
  }

  @Test func `references whose evaluation would not end`() throws {
    let problem = "refers to itself without stepping to a member or an element; its evaluation would not end"
    try check(##"{"$ref":"#"}"##, refused: ": \(problem)")
    try check(##"{"allOf":[{"anyOf":[{"$ref":"#"}]}]}"##, refused: ": \(problem)")
    try check(##"{"if":{"not":{"$ref":"#"}}}"##, refused: ": \(problem)")
    try check(##"{"dependentSchemas":{"a":{"$ref":"#"}}}"##, refused: ": \(problem)")
    try check(
      ##"{"items":{"$ref":"#/$defs/a"},"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}}"##,
      refused: "/$defs/a: \(problem)")
    try check(##"{"properties":{"a":{"$ref":"#"}},"items":{"allOf":[{"$ref":"#"}]}}"##, "[[{}]]")
  }

  @Test func `a name is taken once`() throws {
    try checkAdding(
      #"{"$defs":{"a":{"$id":"x"},"b":{"$id":"./x"}}}"#, refusedAs: "x#: another schema has this $id already")
    try checkAdding(
      #"{"$defs":{"a":{"$anchor":"x"},"b":{"$anchor":"x"}}}"#,
      refusedAs: "test.json#/$defs/b: another schema of the document has the $anchor x already")

    var compiler = SchemaCompiler()
    try compiler.add(true, uri: "a.json")
    let error = #expect(throws: SchemaError.self) { try compiler.add(true, uri: "a.json") }
    #expect(error?.description == "a.json: another document stands under this URI already")
  }

  private func checkAdding(
    _ schema: String, refusedAs error: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var compiler = SchemaCompiler()
    let document = try JSONValue(parsing: schema)
    let found = #expect(throws: SchemaError.self, sourceLocation: sourceLocation) {
      try compiler.add(document, uri: "test.json")
    }
    #expect(found?.description == error, sourceLocation: sourceLocation)
  }

  @Test func `after a document that is refused a good one is taken under its name`() throws {
    var compiler = SchemaCompiler()
    let bad: JSONValue = ["$defs": ["a": ["$id": "a.json"], "b": ["minLenght": 1]]]
    #expect(throws: SchemaError.self) { try compiler.add(bad, uri: "test.json") }
    #expect(throws: SchemaError.self) { try compiler.schema("a.json") }
    try compiler.add(["$defs": ["a": ["$id": "a.json"]], "type": "string"], uri: "test.json")
    #expect(try !compiler.schema("test.json").isValid(1))
    #expect(try compiler.schema("a.json").isValid(1))
  }
}
