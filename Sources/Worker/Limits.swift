public import JSONRPC

/// Every limit of the worker. Those of params stand in the schemas too, where clients can read them; a
/// test holds the two against each other.
public enum Limits {
  /// Bytes of a message: a line, or what follows a header.
  public static let messageBytes = 64 << 20
  /// Bytes of a header, where messages have one.
  public static let headerBytes = 8 << 10
  /// Arrays and objects in one another.
  public static let nesting = 128
  /// Elements and members in a message, in all arrays and objects together: as many as the largest append of events
  /// takes. One that is written with three bytes takes a hundred in memory.
  public static let values = 5_000_000
  /// Bytes of a reply.
  public static let replyBytes = 64 << 20
  /// Requests in a batch.
  public static let batch = 10_000
  public static let funnelSteps = 64
  public static let insightsFields = 16
  public static let filters = 64
  public static let goals = 256
  /// Events of one request to append some.
  public static let appendedEvents = 100_000
  /// Characters of a filter's regular expression.
  public static let regularExpression = 1000

  /// Wrong arguments of a tool call that are named one by one; of others only the number is said.
  public static let reportedArguments = 20

  /// Those of messages, which are looked at before a method is known.
  public static let messages = MessageLimits(
    maximumMessageBytes: messageBytes, maximumHeaderBytes: headerBytes, maximumNesting: nesting,
    maximumBatch: batch, maximumValues: values, maximumReplyBytes: replyBytes)
}
