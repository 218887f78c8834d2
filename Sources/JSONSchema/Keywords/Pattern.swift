import RegularExpression

/// A regular expression of a schema (ECMA-262, on which the standard bases its patterns). It is matched by
/// scalars, and anywhere in the text unless it is anchored.
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

  /// Returns whether the text matches. If matching takes more steps than a text of this size allows, the text
  /// does not match.
  func matches(_ text: String) -> Bool {
    text.utf8.span.withUnsafeBufferPointer { text in
      var matcher = RegularExpressionMatcher(expression, steps: ExpressionLimits.steps(textBytes: text.count))
      return (try? matcher.matches(text)) ?? false
    }
  }
}
