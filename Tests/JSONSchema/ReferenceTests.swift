import JSON
import JSONSchema
import Testing

/// `$ref`, `$id`, `$anchor` and `$defs`, within a document and between documents.
struct ReferenceTests {
  /// - Parameter documents: Each with its URI; the first is the schema that is used.
  private func check(
    _ documents: KeyValuePairs<String, String>, _ value: String, _ errors: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var compiler = SchemaCompiler()
    for (uri, text) in documents { try compiler.add(try JSONValue(parsing: text), uri: uri) }
    let schema = try compiler.schema(try #require(documents.first?.key))
    let found = schema.validate(try JSONValue(parsing: value))
      .map { "\($0.keywordLocation) \($0.absoluteKeywordLocation ?? "")" }
    #expect(found == errors, sourceLocation: sourceLocation)
  }

  @Test func `a reference within a document`() throws {
    let schema = ##"{"$defs":{"n":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n","minimum":2}}}"##
    try check(["a.json": schema], ##"{"a":2}"##)
    try check(["a.json": schema], ##"{"a":""}"##, "/properties/a/$ref/type a.json#/$defs/n/type")
    try check(["a.json": schema], ##"{"a":1}"##, "/properties/a/minimum ")
  }

  @Test func `references between documents`() throws {
    let common = ##"{"$defs":{"id":{"$ref":"#/$defs/text"},"text":{"$anchor":"t","type":"string"}}}"##
    try check(
      ["a.json": ##"{"$ref":"common.json#/$defs/id"}"##, "common.json": common], "1",
      "/$ref/$ref/type common.json#/$defs/text/type")
    try check(
      ["a.json": ##"{"$ref":"common.json#t"}"##, "common.json": common], "1",
      "/$ref/type common.json#/$defs/text/type")
    try check(
      ["params/a.json": ##"{"$ref":"../common.json#t"}"##, "common.json": common], "1",
      "/$ref/type common.json#/$defs/text/type")
    try check(
      ["https://example.org/x/a": ##"{"$ref":"/y/b"}"##, "https://example.org/y/b": ##"{"type":"string"}"##],
      "1",
      "/$ref/type https://example.org/y/b#/type")
  }

  @Test func `a document is found by its own name and by the one it was added under`() throws {
    let common = ##"{"$id":"https://example.org/common.json","type":"string"}"##
    for name in ["common.json", "https://example.org/common.json", "https://example.org/x/../common.json#"] {
      try check(
        ["a.json": ##"{"$ref":"\##(name)"}"##, "common.json": common], "1",
        "/$ref/type https://example.org/common.json#/type")
    }
  }

  @Test func `a resource within a document is found by its name and by its place`() throws {
    for reference in ["inner.json", "inner.json#/items", "#/$defs/in"] {
      var compiler = SchemaCompiler()
      let document = ##"{"$ref":"\##(reference)","$defs":{"in":{"$id":"inner.json","items":{"$ref":"#"}}}}"##
      try compiler.add(try JSONValue(parsing: document), uri: "a.json")
      #expect(try compiler.schema("a.json").isValid([[[]]]))
    }
  }

  @Test func `schemas may lead back to themselves through a member`() throws {
    let tree = ##"{"type":"object","properties":{"left":{"$ref":"#"},"right":{"$ref":"#"}}}"##
    try check(["a.json": tree], ##"{"left":{"right":{}},"right":{}}"##)
    try check(
      ["a.json": tree], ##"{"left":{"right":1}}"##,
      "/properties/left/$ref/properties/right/$ref/type a.json#/type")
    try check(
      [
        "a.json": ##"{"items":{"$ref":"b.json"}}"##,
        "b.json": ##"{"items":{"$ref":"a.json"},"type":"array"}"##,
      ],
      "[[[1]]]", "/items/$ref/items/$ref/items/$ref/type b.json#/type")
  }

  @Test func `names in references may be escaped`() throws {
    let definitions =
      ##""$defs":{"a/b":{"$ref":"#/$defs/c~0d"},"c~d":{"$ref":"#/$defs/%25%20%C3%A9"},"% é":{"type":"null"}}"##
    try check(
      ["a.json": ##"{"$ref":"#/$defs/a~1b",\##(definitions)}"##], "1",
      "/$ref/$ref/$ref/type a.json#/$defs/%25%20%C3%A9/type")
  }

  @Test func `a part of a document is a schema too`() throws {
    var compiler = SchemaCompiler()
    try compiler.add(try JSONValue(parsing: ##"{"$defs":{"n":{"type":"integer"}}}"##), uri: "a.json")
    #expect(try !compiler.schema("a.json#/$defs/n").isValid("x"))
    #expect(try compiler.schema("a.json").isValid("x"))
    let error = #expect(throws: SchemaError.self) { try compiler.schema("a.json#/$defs/m") }
    #expect(error?.description == "a.json#/$defs/m: no schema was added under this URI")
  }

  @Test func `members named like keywords are no keywords`() throws {
    try check(
      ["a.json": ##"{"properties":{"$ref":{"type":"string"},"$id":true}}"##], ##"{"$ref":"x","$id":1}"##)
    try check(["a.json": ##"{"const":{"$ref":"nowhere","$id":"#x"},"default":{"$id":1}}"##], "1", "/const ")
  }
}
