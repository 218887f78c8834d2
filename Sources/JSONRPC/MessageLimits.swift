/// The largest messages that a server takes and gives. A message beyond a limit is answered with the error
/// ``RPCError/Code/limitPassed``, and the next one is good.
public struct MessageLimits: Sendable {
  /// Bytes of a message, without the end of its line or its header.
  public var maximumMessageBytes: Int
  /// Bytes of a header, where messages have one.
  public var maximumHeaderBytes: Int
  /// Arrays and objects inside each other, those of the envelope among them.
  public var maximumNesting: Int
  /// Requests in a batch.
  public var maximumBatch: Int
  /// Values in a message: every element and every member is one. Each takes many times the memory of the three
  /// bytes that it can be written with.
  public var maximumValues: Int
  /// Bytes of a reply, that to a batch included, without the end of its line or its header.
  public var maximumReplyBytes: Int

  public init(
    maximumMessageBytes: Int, maximumHeaderBytes: Int, maximumNesting: Int, maximumBatch: Int,
    maximumValues: Int = .max, maximumReplyBytes: Int = .max
  ) {
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumHeaderBytes = maximumHeaderBytes
    self.maximumNesting = maximumNesting
    self.maximumBatch = maximumBatch
    self.maximumValues = maximumValues
    self.maximumReplyBytes = maximumReplyBytes
  }
}
