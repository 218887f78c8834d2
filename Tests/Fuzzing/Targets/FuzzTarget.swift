/// A part of the program that is given anything at all, and what must hold of what it makes of that.
///
/// Each is defined once, for two ways of finding inputs: the tests mutate those of the corpus, and the `fuzz`
/// executable lets libFuzzer look for inputs that reach new code.
struct FuzzTarget: Sendable {
  /// The name of its folder in the corpus.
  let name: String
  /// Makes what the inputs are given to. It may be given one after the other, and treats each as its first.
  let prepare: @Sendable () throws -> (_ input: [UInt8]) throws(Violation) -> Void

  static let all = [
    json, csv, encoding, compression, jsonLines, accessLog, dump, goatCounter, request, report, stream, time,
    timeZone, regularExpression, cache,
  ]
}

/// What did not hold.
struct Violation: Error, CustomStringConvertible {
  let description: String
}

/// Throws what `sentence` says unless the condition holds.
func require(_ condition: Bool, _ sentence: @autoclosure () -> String) throws(Violation) {
  if !condition { throw Violation(description: sentence()) }
}
