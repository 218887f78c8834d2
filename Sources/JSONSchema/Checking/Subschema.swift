import JSON

/// A compiled object or boolean of a schema: its keywords, grouped by the values to which they apply.
final class Subschema: Sendable {
  /// The URI of its resource.
  private let base: String
  /// Its location in the resource.
  private let pointer: String
  /// Whether it is `false`, which no value satisfies.
  let isFalse: Bool
  private let general: GeneralKeywords?
  private let number: NumberKeywords?
  private let string: StringKeywords?
  let array: ArrayKeywords?
  let object: ObjectKeywords?
  let logic: InPlaceApplicators?

  init(_ source: SchemaSource, _ compilation: inout Compilation) throws(SchemaError) {
    base = source.entry.base.description
    pointer = source.entry.pointer
    isFalse = if case .bool(false) = source.entry.value { true } else { false }
    try AnnotationKeywords.check(source)
    general = try GeneralKeywords(source)
    number = try NumberKeywords(source)
    string = try StringKeywords(source)
    array = try ArrayKeywords(source, &compilation)
    object = try ObjectKeywords(source, &compilation)
    logic = try InPlaceApplicators(source, &compilation)
  }

  var location: String { "\(base)#\(pointer)" }

  /// Returns the URI of the subschema, or of a keyword in it.
  func location(_ suffix: String) -> String {
    "\(base)#\(URIReference.encodeFragment(pointer + suffix))"
  }

  /// The subschemas that are applied to the same value.
  var inPlaceSubschemas: [SubschemaID] {
    (logic?.subschemas ?? []) + (object?.dependentSchemas.map(\.id) ?? [])
  }

  /// Returns whether a value satisfies the subschema.
  func accepts(_ value: JSONValue, in subschemas: Span<Subschema>) -> Bool {
    var verdict = Verdict()
    do throws(Verdict.Violation) {
      try check(value, in: subschemas, &verdict)
      return true
    } catch {
      return false
    }
  }

  func check<R: Reporter>(
    _ value: JSONValue, in subschemas: Span<Subschema>, _ reporter: inout R
  ) throws(R.Stop) {
    if isFalse { try reporter.reject(nil, "is not allowed") }
    try general?.check(value, &reporter)
    switch value {
    case .null, .bool: break
    case .integer, .decimal, .double: try number?.check(value, &reporter)
    case .string(let text): try string?.check(text, &reporter)
    case .array(let elements): try array?.check(elements, in: subschemas, &reporter)
    case .object(let members): try object?.check(members, value, in: subschemas, &reporter)
    }
    try logic?.check(value, in: subschemas, &reporter)
  }
}
