public import JSON

/// The error of a JSON-RPC 2.0 reply (section 5.1 of the specification).
public struct RPCError: Error, Sendable {
  public var code: Int
  public var message: String
  public var data: JSONValue?

  public init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }
}
