extension JSONValue {
  /// The default limit for the nesting of arrays and objects.
  public static let defaultMaximumDepth = 128

  /// Parses one JSON text (RFC 8259, strictly).
  ///
  /// - Parameters:
  ///   - bytes: The text, with optional whitespace around it, in UTF-8, without a byte order mark.
  ///   - maximumDepth: The maximum nesting of arrays and objects. Each level takes a few hundred bytes of the
  ///     stack.
  ///   - maximumValues: The maximum number of elements and members, in all arrays and objects together.
  /// - Throws: What is wrong, and at which byte. `JSONParseError.Kind.nestingTooDeep` and `tooManyValues` are
  ///   about a text that may be valid JSON; every other kind is about one that is not, or whose numbers exceed
  ///   the range of doubles.
  public init(
    parsing bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = defaultMaximumDepth,
    maximumValues: Int = .max
  ) throws(JSONParseError) {
    var parser = JSONParser(bytes, maximumDepth: maximumDepth, maximumValues: maximumValues)
    self = try parser.parseText()
  }

  /// The same for an array.
  public init(
    parsing bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth, maximumValues: Int = .max
  ) throws(JSONParseError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      try JSONValue(parsing: buffer, maximumDepth: maximumDepth, maximumValues: maximumValues)
    }
  }

  /// Offsets in errors count from the start of the slice.
  public init(
    parsing bytes: ArraySlice<UInt8>, maximumDepth: Int = defaultMaximumDepth
  ) throws(JSONParseError) {
    self = try bytes.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      try JSONValue(parsing: buffer, maximumDepth: maximumDepth)
    }
  }

  /// The same for a string.
  public init(parsing text: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONParseError) {
    self = try text.utf8.span.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      try JSONValue(parsing: buffer, maximumDepth: maximumDepth)
    }
  }
}
