import JSON

/// `minLength`, `maxLength`, `pattern` (validation, section 6.3) and `format` (section 7).
final class StringKeywords: Sendable {
  private let minLength: Int
  private let maxLength: Int
  private let pattern: Pattern?
  /// A string that matches ``pattern``, from `examples`.
  private let example: String?
  private let format: Format?

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource) throws(SchemaError) {
    guard [Keyword.minLength, .maxLength, .pattern, .format].contains(where: source.has) else { return nil }
    minLength = try source.count(.minLength) ?? 0
    maxLength = try source.count(.maxLength) ?? .max
    pattern = try source.string(.pattern).map { (text) throws(SchemaError) in
      try Pattern(text, location: "\(source.entry.location)/\(Keyword.pattern.rawValue)")
    }
    example = try source.array(.examples)?.first?.string
    format = try source.string(.format).map { (name) throws(SchemaError) in
      guard let format = Format(rawValue: name) else {
        throw source.invalid(.format, "one of the formats known here: \(Format.names)")
      }
      return format
    }
  }

  func check<R: Reporter>(_ text: String, _ reporter: inout R) throws(R.Stop) {
    if minLength > 0 || maxLength < .max { try checkLength(text, &reporter) }
    if let format, !format.accepts(text) {
      try reporter.reject(.format, "must be \(format.explanation), is \(JSONValue.string(text).abbreviated)")
    }
    if let pattern, !pattern.matches(text) {
      try reporter.reject(.pattern, rejection(of: text, pattern))
    }
  }

  private func rejection(of text: String, _ pattern: Pattern) -> String {
    let found = "is \(JSONValue.string(text).abbreviated)"
    guard let example else { return "must match the pattern \(pattern.source), \(found)" }
    return "must be written like \(JSONValue.string(example)), \(found); the pattern is \(pattern.source)"
  }

  private func checkLength<R: Reporter>(_ text: String, _ reporter: inout R) throws(R.Stop) {
    let byteCount = text.utf8.count
    // A scalar takes one to four bytes, so most strings need no count of their scalars.
    if byteCount <= maxLength, byteCount / 4 >= minLength { return }
    let length = text.unicodeScalars.count
    if length < minLength {
      try reporter.reject(
        .minLength,
        length == 0 ? "must not be empty" : "must have at least \(minLength.of("character")), has \(length)")
    }
    if length > maxLength {
      try reporter.reject(.maxLength, "must have at most \(maxLength.of("character")), has \(length)")
    }
  }
}
