public import JSON

/// One thing in a value that does not fit a schema: a unit of JSON Schema's basic output (core, section 12).
public struct ValidationError: Sendable, Equatable {
  /// Where in the value, as a JSON pointer.
  public var instanceLocation: String
  /// By which keyword, as a JSON pointer along the path that was evaluated, through each `$ref` on it.
  public var keywordLocation: String
  /// By which keyword, as a URI with the keyword's own place in its document; relative where the document was
  /// added under a relative one. Present where the path passes through a `$ref`, which is where the
  /// standard asks for it.
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

  /// The output unit as the standard's output schema describes it.
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
