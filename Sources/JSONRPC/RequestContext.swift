public import JSON

/// The link to the client while a request is handled: cancellation and notifications. Thread-safe.
public struct RequestContext: Sendable {
  let cancellationCheck: @Sendable () -> Bool
  private let send: @Sendable (String, JSONValue) -> Void

  /// By default, a context that is never cancelled and drops notifications.
  public init(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    notify: @escaping @Sendable (_ method: String, _ params: JSONValue) -> Void = { _, _ in }
  ) {
    cancellationCheck = isCancelled
    send = notify
  }

  /// Whether the client has cancelled the request. Cheap; ask often.
  public var isCancelled: Bool { cancellationCheck() }

  /// Sends a notification to the client immediately, before the request's reply.
  public func notify(_ method: String, _ params: JSONValue) { send(method, params) }
}
