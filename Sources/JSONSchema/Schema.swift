public import JSON

/// A compiled JSON Schema (draft 2020-12), made by a `SchemaCompiler`. Any thread may use it.
public struct Schema: Sendable {
  /// All subschemas that the root can reach. They refer to one another by index, because references may form
  /// cycles.
  let subschemas: [Subschema]
  let root: SubschemaID

  /// Returns whether a value is valid. Stops at the first violation and creates no messages.
  public func isValid(_ value: JSONValue) -> Bool {
    subschemas[root].accepts(value, in: subschemas.span)
  }

  /// Returns all violations of a value in evaluation order; empty if the value is valid. For `anyOf` and
  /// `oneOf`, the errors of each alternative follow the error of the keyword.
  public func validate(_ value: JSONValue) -> [ValidationError] {
    if isValid(value) { return [] }
    var collector = ErrorCollector(root: subschemas[root])
    subschemas[root].check(value, in: subschemas.span, &collector)
    return collector.errors
  }
}
