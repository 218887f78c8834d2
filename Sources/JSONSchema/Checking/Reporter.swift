import JSON

/// Receives violations. The same code checks the keywords for both reporters: a verdict, which stops at the
/// first violation by throwing, and a list, which never stops.
protocol Reporter {
  /// The error that stops the check: `Never` if all violations are reported.
  associatedtype Stop: Error

  /// Reports that the current value violates a keyword.
  ///
  /// - Parameters:
  ///   - keyword: Nil for a schema that is `false`, which has no keywords.
  ///   - place: The part of the value that violates it, if that is not the whole value.
  mutating func reject(
    _ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String
  ) throws(Stop)

  /// Whether an error that is reported now may look for the name that a misspelt one probably means.
  var isSuggesting: Bool { get }

  /// Enters a part of the schema, and perhaps of the value, for the checks that follow.
  mutating func enter(_ step: @autoclosure () -> Step)

  /// Leaves it.
  mutating func leave()
}

/// A part of a path: a member's name, an element's position, or none if the path stays the same.
enum PathToken {
  case none
  case name(String)
  case position(Int)
}

/// A step into a subschema.
struct Step {
  var keyword: Keyword
  /// Which of the keyword's subschemas it is, if there are several.
  var token: PathToken
  /// The part of the value to which it is applied.
  var place: PathToken
  var subschema: Subschema
}

extension Reporter {
  @inline(__always)
  mutating func reject(_ keyword: Keyword?, _ error: @autoclosure () -> String) throws(Stop) {
    try reject(keyword, at: .none, error())
  }

  /// Checks a value against a subschema of a keyword.
  mutating func check(
    _ value: JSONValue, at place: @autoclosure () -> PathToken = .none,
    _ id: SubschemaID, of keyword: Keyword, _ token: @autoclosure () -> PathToken = .none,
    in subschemas: Span<Subschema>
  ) throws(Stop) {
    enter(Step(keyword: keyword, token: token(), place: place(), subschema: subschemas[id]))
    try subschemas[id].check(value, in: subschemas, &self)
    leave()
  }
}

/// Determines only whether there is a violation.
struct Verdict: Reporter {
  struct Violation: Error {}

  var isSuggesting: Bool { false }

  @inline(__always)
  mutating func reject(
    _ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String
  ) throws(Violation) {
    throw Violation()
  }

  @inline(__always)
  mutating func enter(_ step: @autoclosure () -> Step) {}

  @inline(__always)
  mutating func leave() {}
}
