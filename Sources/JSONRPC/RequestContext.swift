public import JSON

/// What a request can learn and say while it is carried out. Both may be used from any thread.
public struct RequestContext: Sendable {
  let askIsCancelled: @Sendable () -> Bool
  private let send: @Sendable (String, JSONValue) -> Void

  /// The context of a request that nobody cancels and nobody listens to, unless closures say otherwise.
  public init(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    notify: @escaping @Sendable (_ method: String, _ params: JSONValue) -> Void = { _, _ in }
  ) {
    askIsCancelled = isCancelled
    send = notify
  }

  /// Whether the client has asked for the request to be given up. Cheap enough to be asked often.
  public var isCancelled: Bool { askIsCancelled() }

  /// Sends a notification to the client, at once and before the request's reply.
  public func notify(_ method: String, _ params: JSONValue) { send(method, params) }
}
