/// The supported keywords of draft 2020-12, and annotations of our own.
enum Keyword: String {
  // Core.
  case schema = "$schema"
  case id = "$id"
  case anchor = "$anchor"
  case ref = "$ref"
  case defs = "$defs"
  case comment = "$comment"
  // Annotations.
  case title, description, `default`, examples, deprecated, readOnly, writeOnly
  case tool = "x-tool"
  // The prefix of the columns of a list's elements, each of which becomes a row of a table.
  case rows = "x-rows"
  // The member that names a table in a list of tables.
  case tables = "x-tables"
  // Only options of a request add the member to a result: true, or the member in whose column it is.
  case option = "x-option"
  // The first column of a table of lists, and what it holds for each list.
  case lists = "x-lists"
  // The column of a table that is true if the member is null.
  case null = "x-null"
  // Any value.
  case type, `enum`, const
  // Numbers.
  case multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum
  // Strings.
  case minLength, maxLength, pattern, format
  // Arrays.
  case prefixItems, items, contains, minContains, maxContains, minItems, maxItems, uniqueItems
  // Objects.
  case properties, patternProperties, additionalProperties, propertyNames
  case required, minProperties, maxProperties, dependentRequired, dependentSchemas
  // Logic.
  case allOf, anyOf, oneOf, not, `if`, then, `else`

  /// The form of the subschemas in a keyword's value.
  enum Subschemas {
    case none, one, array, object
  }

  var subschemas: Subschemas {
    switch self {
    case .items, .contains, .additionalProperties, .propertyNames, .not, .if, .then, .else: .one
    case .prefixItems, .allOf, .anyOf, .oneOf: .array
    case .defs, .properties, .patternProperties, .dependentSchemas: .object
    default: .none
    }
  }
}
