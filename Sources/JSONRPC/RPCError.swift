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

extension RPCError {
  /// The codes with a meaning for every method. Those of the specification's table (section 5.1)
  /// lie from −32768 to −32000; a method's own codes lie outside of it.
  public enum Code {
    /// The line is not JSON.
    public static let parseError = -32700
    /// The line is JSON, but no request.
    public static let invalidRequest = -32600
    public static let methodNotFound = -32601
    public static let invalidParams = -32602
    /// A fault of the server's own.
    public static let internalError = -32603
    /// The client asked for the request to be given up.
    public static let cancelled = -32800
    /// The request is larger than the server takes, or the reply than it gives; `data` names the limit and its maximum.
    public static let limitPassed = 4
  }

  /// A line that is not JSON: `reason` is what was wrong at the byte `offset` of the line.
  public static func parseError(offset: Int, reason: String) -> RPCError {
    RPCError(
      code: Code.parseError, message: "Parse error: \(reason)",
      data: ["offset": .integer(Int64(offset)), "reason": .string(reason)])
  }

  /// A header that does not say where its message ends; `reason` is what was wrong.
  public static func unreadableHeader(_ reason: String) -> RPCError {
    RPCError(
      code: Code.parseError, message: "Parse error: \(reason)", data: ["reason": .string(reason)])
  }

  /// A JSON value that is no request object; `reason` says why.
  public static func invalidRequest(_ reason: String) -> RPCError {
    RPCError(code: Code.invalidRequest, message: "Invalid Request: \(reason)")
  }

  /// A request that its client has asked to be given up.
  public static var cancelled: RPCError { RPCError(code: Code.cancelled, message: "Request cancelled") }

  /// A reply that would be larger than replies may be.
  public static func replyTooLarge(maximum: Int) -> RPCError {
    .limitPassed(
      "reply", maximum: maximum,
      reason:
        "expected a reply of at most \(maximum) bytes, found a larger one; ask for less at once, such as a "
        + "shorter range of time, fewer fields, a smaller page, or one request instead of a batch")
  }

  /// A request beyond the limit called `limit`, of which `maximum` is the largest value that passes.
  /// `reason` is a sentence with both.
  public static func limitPassed(_ limit: String, maximum: Int, reason: String) -> RPCError {
    RPCError(
      code: Code.limitPassed, message: "Limit passed: \(reason)",
      data: ["limit": .string(limit), "maximum": .integer(Int64(maximum))])
  }
}
