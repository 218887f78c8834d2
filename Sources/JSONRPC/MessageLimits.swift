/// The largest messages that a server takes. A message beyond a limit is answered with the error
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

  public init(maximumMessageBytes: Int, maximumHeaderBytes: Int, maximumNesting: Int, maximumBatch: Int) {
    self.maximumMessageBytes = maximumMessageBytes
    self.maximumHeaderBytes = maximumHeaderBytes
    self.maximumNesting = maximumNesting
    self.maximumBatch = maximumBatch
  }
}
