import JSON
import JSONSchema
import Testing

/// Compiles a schema and checks a value against it.
///
/// - Parameter errors: What is reported, each as `instanceLocation keywordLocation: error`; none where the value fits.
func check(
  _ schema: String, _ value: String, _ errors: String..., sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var compiler = SchemaCompiler()
  try compiler.add(try JSONValue(parsing: schema), uri: "test.json")
  let schema = try compiler.schema("test.json")
  let value = try JSONValue(parsing: value)
  let found = schema.validate(value).map { "\($0.instanceLocation) \($0.keywordLocation): \($0.error)" }
  #expect(found == errors, sourceLocation: sourceLocation)
  #expect(schema.isValid(value) == errors.isEmpty, sourceLocation: sourceLocation)
}

/// Checks that a schema is refused.
///
/// - Parameter error: The place in the schema and what is wrong with it, as `pointer: problem`.
func check(
  _ schema: String, refused error: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let document = try JSONValue(parsing: schema)
  let found = #expect(throws: SchemaError.self, sourceLocation: sourceLocation) {
    var compiler = SchemaCompiler()
    try compiler.add(document, uri: "test.json")
    _ = try compiler.schema("test.json")
  }
  #expect(found?.description == "test.json#\(error)", sourceLocation: sourceLocation)
}
