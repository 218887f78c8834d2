public import JSON

/// A violation of a schema by a value: a unit of JSON Schema's basic output (core, section 12).
public struct ValidationError: Sendable, Equatable {
  /// The location in the value, as a JSON pointer.
  public var instanceLocation: String
  /// The violated keyword, as a JSON pointer along the evaluated path, through each `$ref` on it.
  public var keywordLocation: String
  /// The violated keyword, as a URI with the keyword's own location in its document; relative if the document
  /// was added under a relative URI. Present if the path passes through a `$ref`, as the standard requires.
  public var absoluteKeywordLocation: String?
  /// What is wrong and what would be right, as a sentence about the value.
  public var error: String

  public init(
    instanceLocation: String, keywordLocation: String, absoluteKeywordLocation: String? = nil, error: String
  ) {
    self.instanceLocation = instanceLocation
    self.keywordLocation = keywordLocation
    self.absoluteKeywordLocation = absoluteKeywordLocation
    self.error = error
  }

  /// The output unit in the form of the standard's output schema.
  public var json: JSONValue {
    var unit = JSONObject()
    unit.append("valid", false)
    unit.append("keywordLocation", .string(keywordLocation))
    if let absoluteKeywordLocation {
      unit.append("absoluteKeywordLocation", .string(absoluteKeywordLocation))
    }
    unit.append("instanceLocation", .string(instanceLocation))
    unit.append("error", .string(error))
    return .object(unit)
  }
}
