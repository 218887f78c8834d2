public import JSON

/// A compiled JSON Schema (draft 2020-12). A `SchemaCompiler` makes it; it may be used from any thread.
public struct Schema: Sendable {
  /// All subschemas that the root can reach. They refer to one another by position, because references
  /// may lead in a circle.
  let subschemas: [Subschema]
  let root: SubschemaID

  /// Whether a value fits the schema. Stops at the first thing that does not, and makes no messages.
  public func isValid(_ value: JSONValue) -> Bool {
    subschemas[root].accepts(value, in: subschemas.span)
  }

  /// Everything in a value that does not fit the schema, in the order of the schema's evaluation; empty where
  /// all fits. Under `anyOf` and `oneOf` the errors of each alternative follow the error of the keyword.
  public func validate(_ value: JSONValue) -> [ValidationError] {
    if isValid(value) { return [] }
    var collector = ErrorCollector(root: subschemas[root])
    subschemas[root].check(value, in: subschemas.span, &collector)
    return collector.errors
  }
}
