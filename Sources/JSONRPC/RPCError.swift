public import JSON

/// The error of a JSON-RPC 2.0 reply (section 5.1 of the specification).
public struct RPCError: Error, Sendable {
  /// One of ``Code``, or a code of the method.
  public var code: Int
  /// One sentence: what is wrong, and what would be right.
  public var message: String
  /// Details for programs; nil if there are none.
  public var data: JSONValue?

  public init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }
}

extension RPCError {
  /// The error codes that every method may use. The specification reserves −32768 to −32000 (section 5.1); codes of
  /// a method's own are outside that range.
  public enum Code {
    /// The message is not JSON, or its header is invalid.
    public static let parseError = -32700
    /// The message is JSON, but not a request.
    public static let invalidRequest = -32600
    /// There is no method of this name.
    public static let methodNotFound = -32601
    /// The params do not match the schema of the method.
    public static let invalidParams = -32602
    /// A fault of the server.
    public static let internalError = -32603
    /// The client cancelled the request (LSP 3.17, "RequestCancelled").
    public static let cancelled = -32800
    /// The request or its reply exceeds a limit; `data` has the limit's name and its maximum.
    public static let limitExceeded = 4
  }

  /// A message that is not JSON: `reason` says what is wrong at byte `offset` of the message.
  public static func parseError(offset: Int, reason: String) -> RPCError {
    RPCError(
      code: Code.parseError, message: "Parse error: \(reason)",
      data: ["offset": .integer(Int64(offset)), "reason": .string(reason)])
  }

  /// An invalid header; `reason` says what is wrong.
  public static func invalidHeader(_ reason: String) -> RPCError {
    RPCError(
      code: Code.parseError, message: "Parse error: \(reason)", data: ["reason": .string(reason)])
  }

  /// A JSON value that is not a request; `reason` says why.
  public static func invalidRequest(_ reason: String) -> RPCError {
    RPCError(code: Code.invalidRequest, message: "Invalid Request: \(reason)")
  }

  /// A request that the client cancelled.
  public static var cancelled: RPCError { RPCError(code: Code.cancelled, message: "Request cancelled") }

  /// A reply beyond the limit of replies.
  public static func replyTooLarge(maximum: Int) -> RPCError {
    .limitExceeded(
      "reply", maximum: maximum,
      reason:
        "expected a reply of at most \(maximum) bytes, found a larger one; ask for less at once, for example "
        + "a shorter date range, fewer fields or nodes, a smaller page, or one request instead of a batch")
  }

  /// A request or reply beyond the limit named `limit`, whose largest accepted value is `maximum`.
  /// `reason` is a sentence that says so.
  public static func limitExceeded(_ limit: String, maximum: Int, reason: String) -> RPCError {
    RPCError(
      code: Code.limitExceeded, message: "Limit exceeded: \(reason)",
      data: ["limit": .string(limit), "maximum": .integer(Int64(maximum))])
  }
}
