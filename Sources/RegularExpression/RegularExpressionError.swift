/// Why a text is no regular expression that can be used here, and where.
public struct RegularExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// How many Unicode scalars of the pattern stand before the place.
  public let offset: Int
  /// What was wrong and what would be right.
  public let problem: String

  public var description: String { "\(problem) at character \(offset + 1)" }
}
