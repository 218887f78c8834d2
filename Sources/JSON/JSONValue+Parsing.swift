extension JSONValue {
  /// How many arrays and objects may stand in one another where the caller does not say.
  public static let defaultMaximumDepth = 128

  /// Reads one JSON text (RFC 8259, strictly).
  ///
  /// - Parameters:
  ///   - bytes: The text and perhaps whitespace around it, in UTF-8, without a byte order mark.
  ///   - maximumDepth: How many arrays and objects may stand in one another. Each takes a few hundred
  ///     bytes of the stack.
  ///   - maximumValues: How many elements and members there may be, in all arrays and objects together.
  /// - Throws: What is wrong and at which byte. `JSONParseError.Kind.nestingTooDeep` and `tooManyValues` are about
  ///   a text that may well be JSON; every other kind is about one that is not, or whose numbers no double can hold.
  public init(
    parsing bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int = defaultMaximumDepth,
    maximumValues: Int = .max
  ) throws(JSONParseError) {
    var parser = JSONParser(bytes, maximumDepth: maximumDepth, maximumValues: maximumValues)
    self = try parser.parseText()
  }

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

  public init(parsing text: String, maximumDepth: Int = defaultMaximumDepth) throws(JSONParseError) {
    self = try text.utf8.span.withUnsafeBufferPointer { (buffer) throws(JSONParseError) in
      try JSONValue(parsing: buffer, maximumDepth: maximumDepth)
    }
  }
}
