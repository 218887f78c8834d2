/// The reason why a pattern is rejected, and the position.
public struct RegularExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The number of Unicode scalars of the pattern before the position.
  public let offset: Int
  /// What is wrong and what would be right.
  public let problem: String

  public var description: String { "\(problem) at character \(offset + 1)" }
}
