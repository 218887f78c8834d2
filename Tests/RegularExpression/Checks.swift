@testable import RegularExpression
import Testing

/// More than any of the tests' expressions takes with its text.
private let plenty = 1_000_000

/// What the expression says of the text, and how many steps it took.
func match(_ pattern: String, _ text: String) throws -> (matches: Bool, steps: Int) {
  var matcher = RegularExpressionMatcher(try RegularExpression(pattern), steps: plenty)
  let matches = try Array(text.utf8).withUnsafeBufferPointer { bytes throws(StepsExceeded) in
    try matcher.matches(bytes)
  }
  return (matches, plenty - matcher.remainingSteps)
}

/// Expects the expression to match each of `texts`, which begin with `!` where it must not match the rest.
func check(_ pattern: String, _ texts: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
  for text in texts {
    let isNegated = text.hasPrefix("!")
    let text = isNegated ? String(text.dropFirst()) : text
    let matches = try match(pattern, text).matches
    #expect(
      matches != isNegated, "\(pattern) and \(text.debugDescription)", sourceLocation: sourceLocation)
  }
}
