import JSON
import JSONSchema
import Testing

/// Optional members that are null where no null is accepted.
@Suite struct NullRemovalTests {
  private static let schema = """
    {"type":"object","required":["id"],
     "properties":{"id":{"type":"string"},"size":{"type":"integer"},"bound":{"type":["integer","null"]},
      "any":{},"list":{"type":"array","items":{"$ref":"#/$defs/item"}},"child":{"$ref":"#"}},
     "patternProperties":{"^p[0-9]+$":{"type":"string"}},
     "allOf":[{"properties":{"mixed":{"type":["string","null"]}}},{"if":{"required":["size"]},
      "then":{"properties":{"mixed":{"type":"string"},"unit":{"type":"string"}},"required":["unit"]}}],
     "$defs":{"item":{"anyOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"type":"integer"}]}}}
    """

  private func check(
    _ value: String, _ result: String, keepsRequired: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var compiler = SchemaCompiler()
    try compiler.add(try JSONValue(parsing: Self.schema), uri: "test.json")
    let schema = try compiler.schema("test.json")
    let found = schema.withoutRefusedNulls(try JSONValue(parsing: value), keepsRequired: keepsRequired)
    #expect(found.description == result, sourceLocation: sourceLocation)
  }

  @Test func `members that refuse null go, at any depth`() throws {
    try check(#"{"id":"a","size":null}"#, #"{"id":"a"}"#)
    try check(#"{"child":{"child":{"size":null,"id":"a"}}}"#, #"{"child":{"child":{"id":"a"}}}"#)
    try check(#"{"list":[{"a":null,"b":null},1,null]}"#, #"{"list":[{"b":null},1,null]}"#)
    try check(#"{"p1":null,"p":null}"#, #"{"p":null}"#)
  }

  @Test func `members that accept null stay, and so do those that nothing declares`() throws {
    try check(#"{"bound":null,"any":null,"other":null}"#, #"{"bound":null,"any":null,"other":null}"#)
    try check("null", "null")
    try check("[null]", "[null]")
  }

  @Test func `one of several schemas of a member is enough to refuse null`() throws {
    try check(#"{"mixed":null}"#, "{}")
  }

  @Test func `members that every object must have stay, if wanted`() throws {
    try check(#"{"id":null,"unit":null}"#, #"{"id":null}"#)
    try check(#"{"id":null,"unit":null}"#, "{}", keepsRequired: false)
  }
}
