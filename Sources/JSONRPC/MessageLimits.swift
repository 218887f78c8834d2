/// The largest messages that a server accepts and sends. A message beyond a limit is answered with the error
/// ``RPCError/Code/limitExceeded``; the next message is answered normally.
public struct MessageLimits: Sendable {
  /// Bytes of a message, without its line end or header.
  public var maximumMessageBytes: Int
  /// Bytes of a header, if messages have headers.
  public var maximumHeaderBytes: Int
  /// Levels of nested arrays and objects, including the envelope.
  public var maximumNesting: Int
  /// Requests in a batch.
  public var maximumBatch: Int
  /// Elements and members in a message, all together. One can be written in three bytes, but takes many times as much
  /// memory.
  public var maximumValues: Int
  /// Bytes of a reply, also to a batch, without its line end or header.
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
