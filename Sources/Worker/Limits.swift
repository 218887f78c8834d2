public import JSONRPC

/// Every limit of the worker. Those of params stand in the schemas too, where clients can read them; a
/// test holds the two against each other.
public enum Limits {
  /// Bytes of a line.
  public static let lineBytes = 64 << 20
  /// Arrays and objects in one another.
  public static let nesting = 128
  /// Requests in a batch.
  public static let batch = 10_000
  public static let funnelSteps = 64
  public static let insightsFields = 16
  public static let filters = 64
  public static let goals = 256
  /// Characters of a filter's regular expression.
  public static let regularExpression = 1000

  /// Those of messages, which are looked at before a method is known.
  public static let messages = MessageLimits(
    maximumLineBytes: lineBytes, maximumNesting: nesting, maximumBatch: batch)
}
