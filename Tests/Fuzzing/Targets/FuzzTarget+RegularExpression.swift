import RegularExpression

extension FuzzTarget {
  /// A regular expression, and behind its line a text: it is refused, or says the same of the text in whichever
  /// of a few ways it is written that must not matter.
  static let regularExpression = FuzzTarget(name: "regex") { checkRegularExpression }
}

/// Enough for every small expression and text, and little enough that many are tried in a second.
private let steps = 20_000

private func checkRegularExpression(_ input: [UInt8]) throws(Violation) {
  let line = input.prefix { $0 != UInt8(ascii: "\n") }
  let pattern = String(decoding: line, as: UTF8.self)
  let text = Array(input.dropFirst(line.count + 1))
  guard let expression = try? RegularExpression(pattern) else { return }
  guard let matches = matched(expression, text) else { return }
  for sameThing in ["(?:\(pattern))", "(?=\(pattern))", "(?:\(pattern)){1}", "(?:\(pattern))|(?!)"] {
    // Longer than the expression itself it may pass a limit.
    guard let other = try? RegularExpression(sameThing), let says = matched(other, text) else { continue }
    try require(says == matches, "\(pattern): \(matches), but \(sameThing): \(says)")
  }
  if let opposite = try? RegularExpression("^(?![^]*(?:\(pattern)))"), let says = matched(opposite, text) {
    try require(says != matches, "\(pattern): \(matches), and nowhere in the text: \(says)")
  }
}

/// Whether the expression matches; nil where that takes too many steps.
private func matched(_ expression: RegularExpression, _ text: [UInt8]) -> Bool? {
  var matcher = RegularExpressionMatcher(expression, steps: steps)
  return try? text.withUnsafeBufferPointer { bytes throws(StepsExceeded) in try matcher.matches(bytes) }
}
