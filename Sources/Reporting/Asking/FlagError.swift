/// What is wrong with a flag of a report, and what would be right.
public struct FlagError: Error, Equatable, CustomStringConvertible {
  /// Such as `--step`.
  public let flag: String
  /// What follows the flag in a sentence, such as "must be …, is …".
  public let sentence: String

  public var description: String { "\(flag) \(sentence)" }
}

/// Why the text behind a flag cannot be read; whoever knows the flag makes a ``FlagError`` of it.
struct UnreadableText: Error {
  let sentence: String
}
