import JSON

/// `multipleOf`, `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum` (validation, section 6.2).
final class NumberKeywords: Sendable {
  private let divisor: NumberBound?
  private let minimum: NumberBound?
  private let maximum: NumberBound?
  private let exclusiveMinimum: NumberBound?
  private let exclusiveMaximum: NumberBound?

  /// Returns nil if the schema has none of these keywords.
  init?(_ source: SchemaSource) throws(SchemaError) {
    divisor = try source.number(.multipleOf).map(NumberBound.init)
    minimum = try source.number(.minimum).map(NumberBound.init)
    maximum = try source.number(.maximum).map(NumberBound.init)
    exclusiveMinimum = try source.number(.exclusiveMinimum).map(NumberBound.init)
    exclusiveMaximum = try source.number(.exclusiveMaximum).map(NumberBound.init)
    if let divisor, divisor.decimal <= JSONDecimal(0) {
      throw source.invalid(.multipleOf, "a number greater than 0")
    }
    let all = [divisor, minimum, maximum, exclusiveMinimum, exclusiveMaximum]
    if all.allSatisfy({ $0 == nil }) { return nil }
  }

  func check<R: Reporter>(_ value: JSONValue, _ reporter: inout R) throws(R.Stop) {
    if let minimum, minimum.isAbove(value) {
      try reporter.reject(.minimum, "must be at least \(minimum), is \(value)")
    }
    if let maximum, maximum.isBelow(value) {
      try reporter.reject(.maximum, "must be at most \(maximum), is \(value)")
    }
    if let exclusiveMinimum, !exclusiveMinimum.isBelow(value) {
      try reporter.reject(.exclusiveMinimum, "must be greater than \(exclusiveMinimum), is \(value)")
    }
    if let exclusiveMaximum, !exclusiveMaximum.isAbove(value) {
      try reporter.reject(.exclusiveMaximum, "must be less than \(exclusiveMaximum), is \(value)")
    }
    if let divisor, !divisor.divides(value) {
      try reporter.reject(.multipleOf, "must be a multiple of \(divisor), is \(value)")
    }
  }
}
