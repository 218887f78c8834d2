public import JSON

/// Handles requests. It does not see envelopes or framing.
public protocol RequestHandler {
  /// Handles one request and returns its answer.
  ///
  /// It is called for notifications, too; their answers and errors are dropped. It is also called for a request that was
  /// cancelled before its turn, because only the handler knows how its protocol answers that.
  func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer

  /// Checks a batch before any of its requests is handled. An error that it throws answers the whole batch.
  func check(batch: [Request]) throws(RPCError)

  /// The error for a request that was cancelled while its result was written; nil to send no reply.
  func cancellationError(of request: Request) -> RPCError?
}

extension RequestHandler {
  /// Accepts every batch.
  public func check(batch: [Request]) throws(RPCError) {}

  /// Answers with the code ``RPCError/Code/cancelled``.
  public func cancellationError(of request: Request) -> RPCError? { .cancelled }
}

/// The answer to a request that succeeded.
public enum Answer: Sendable, Equatable {
  /// - isCancellable: Whether the client may still cancel the request while its result is written. Must be false if the
  ///   request has changed anything, because "cancelled" would then be wrong.
  case result(JSONValue, isCancellable: Bool = true)
  /// No reply is sent. Some protocols require this for cancelled requests.
  case noReply
}
