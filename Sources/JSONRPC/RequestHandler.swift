public import JSON

/// Carries out requests; knows nothing of envelopes and lines.
public protocol RequestHandler: Sendable {
  /// The result of a method. `params` is an array, an object or nothing, and else unchecked.
  ///
  /// A notification comes here too; what it returns or throws is dropped.
  func handle(method: String, params: JSONValue?) throws(RPCError) -> JSONValue
}
