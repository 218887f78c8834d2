import RegularExpression

/// A regular expression of a schema (ECMA-262, on which the standard bases its patterns), matched by scalars and
/// anywhere in the text unless it is anchored.
final class Pattern: Sendable {
  let source: String
  private let expression: RegularExpression

  init(_ source: String, location: String) throws(SchemaError) {
    self.source = source
    do {
      expression = try RegularExpression(source)
    } catch {
      throw SchemaError(location: location, problem: "must be a regular expression: \(error)")
    }
  }

  /// Whether the text matches; where that takes more steps than a text of its size may, it does not.
  func matches(_ text: String) -> Bool {
    text.utf8.span.withUnsafeBufferPointer { text in
      var matcher = RegularExpressionMatcher(expression, steps: Bounds.steps(textBytes: text.count))
      return (try? matcher.matches(text)) ?? false
    }
  }
}
