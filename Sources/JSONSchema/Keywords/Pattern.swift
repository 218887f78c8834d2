import JSON

/// A regular expression of a schema. It is Swift's own, matched by scalars, anywhere in the text unless it is
/// anchored; `\d`, `\w` and `\b` mean what they mean in ECMA-262, on which the standard bases its patterns.
///
/// Sound as `Sendable`: an expression made from text holds no code of a caller, and matching does not change it.
final class Pattern: @unchecked Sendable {
  let source: String
  private let regex: Regex<AnyRegexOutput>

  init(_ source: String, location: String) throws(SchemaError) {
    self.source = source
    do {
      regex = try Regex(source).matchingSemantics(.unicodeScalar)
        .asciiOnlyDigits().asciiOnlyWordCharacters().wordBoundaryKind(.simple)
    } catch {
      throw SchemaError(location: location, problem: "must be a regular expression: \(error)")
    }
  }

  func matches(_ text: String) -> Bool {
    do {
      return try regex.firstMatch(in: text) != nil
    } catch {
      // Only matchers written in code throw, and an expression made from text has none.
      return false
    }
  }
}
