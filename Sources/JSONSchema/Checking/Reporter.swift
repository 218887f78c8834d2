import JSON

/// What becomes of the things that do not fit. The keywords are checked by one code for both uses: a yes or no,
/// which stops at the first of them by throwing, and a list, which never stops.
protocol Reporter {
  /// What is thrown to stop: `Never` where all is to be reported.
  associatedtype Stop: Error

  /// Reports that the value at hand does not fit a keyword.
  ///
  /// - Parameters:
  ///   - keyword: nil for a schema that is `false`, which has no keywords.
  ///   - place: The part of the value that does not fit, where it is not all of it.
  mutating func reject(
    _ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String
  ) throws(Stop)

  /// The checks that follow are about a part of the schema, and perhaps of the value.
  mutating func enter(_ step: @autoclosure () -> Step)

  /// They were about it no longer.
  mutating func leave()
}

/// A part of a path: a member's name, an element's position, or none where the path stays.
enum PathToken {
  case none
  case name(String)
  case position(Int)
}

/// A step into a subschema.
struct Step {
  var keyword: Keyword
  /// Which of the keyword's subschemas it is, where there are several.
  var token: PathToken
  /// Which part of the value it is applied to.
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

/// Only whether all fits.
struct Verdict: Reporter {
  struct Unfit: Error {}

  @inline(__always)
  mutating func reject(
    _ keyword: Keyword?, at place: PathToken, _ error: @autoclosure () -> String
  ) throws(Unfit) {
    throw Unfit()
  }

  @inline(__always)
  mutating func enter(_ step: @autoclosure () -> Step) {}

  @inline(__always)
  mutating func leave() {}
}
