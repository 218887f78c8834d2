public import JSON

/// Carries out requests; knows nothing of envelopes and framing.
public protocol RequestHandler {
  /// The answer to one request.
  ///
  /// A notification comes here too; what it returns or throws is dropped. So does a request that was cancelled
  /// before its turn, since only the handler knows how its protocol answers that.
  func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer

  /// Looks at a batch before any of its requests is carried out. What it throws answers the batch as a whole.
  func check(batch: [Request]) throws(RPCError)

  /// What answers a request that was cancelled while its result was written; nil for nothing.
  func cancellationError(of request: Request) -> RPCError?
}

extension RequestHandler {
  /// Takes every batch.
  public func check(batch: [Request]) throws(RPCError) {}

  public func cancellationError(of request: Request) -> RPCError? { .cancelled }
}

/// What a request comes to, where it is no error.
public enum Answer: Sendable, Equatable {
  /// - isCancellable: whether a client that gives the request up while its result is written is told that it was
  ///   cancelled. Never so where the request has changed anything: that it is cancelled would not be true.
  case result(JSONValue, isCancellable: Bool = true)
  /// Nothing is sent, as some protocols ask for a request that was cancelled.
  case silence
}
