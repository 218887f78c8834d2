/// The largest messages that a server takes. A message beyond a limit is answered with the error
/// ``RPCError/Code/limitPassed``, and the next one is good.
public struct MessageLimits: Sendable {
  /// Bytes of a line, without its end.
  public var maximumLineBytes: Int
  /// Arrays and objects inside each other, those of the envelope among them.
  public var maximumNesting: Int
  /// Requests in a batch.
  public var maximumBatch: Int

  public init(maximumLineBytes: Int, maximumNesting: Int, maximumBatch: Int) {
    self.maximumLineBytes = maximumLineBytes
    self.maximumNesting = maximumNesting
    self.maximumBatch = maximumBatch
  }
}
