import JSON
import JSONSchema
import Testing

/// Errors as units of the standard's basic output.
struct OutputTests {
  private func units(_ schema: String, _ value: String) throws -> [JSONValue] {
    var compiler = SchemaCompiler()
    try compiler.add(try JSONValue(parsing: schema), uri: "https://example.org/s")
    return try compiler.schema("https://example.org/s").validate(try JSONValue(parsing: value)).map(\.json)
  }

  @Test func `a unit has its locations and its error`() throws {
    let units = try units(#"{"items":{"properties":{"a/b":{"minimum":3}}}}"#, #"[{},{"a/b":2}]"#)
    #expect(
      units.map(\.description) == [
        #"{"valid":false,"keywordLocation":"/items/properties/a~1b/minimum","instanceLocation":"/1/a~1b","#
          + #""error":"must be at least 3, is 2"}"#
      ])
  }

  @Test func `behind a reference a unit has the keyword's own place too`() throws {
    let units = try units(##"{"$defs":{"x y":{"type":"null"}},"items":{"$ref":"#/$defs/x%20y"}}"##, "[1]")
    #expect(
      units.map(\.description) == [
        #"{"valid":false,"keywordLocation":"/items/$ref/type","#
          + #""absoluteKeywordLocation":"https://example.org/s#/$defs/x%20y/type","#
          + #""instanceLocation":"/0","error":"must be null, not a number"}"#
      ])
  }

  @Test func `the value as a whole has the empty location`() throws {
    let units = try units("false", "1")
    #expect(units.first?["keywordLocation"] == "")
    #expect(units.first?["instanceLocation"] == "")
  }

  @Test func `each thing that does not fit is reported`() throws {
    let elements = Array(repeating: "1", count: 1000).joined(separator: ",")
    #expect(try units(#"{"items":{"type":"string"}}"#, "[\(elements)]").count == 1000)
    #expect(try units(#"{"items":{"type":"number"}}"#, "[\(elements)]").isEmpty)
  }
}
