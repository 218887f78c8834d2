import JSON
import JSONRPC

/// The metadata of an MCP request, `params._meta` (revision 2026-07-28, "Base Protocol", `_meta`).
struct RequestMeta {
  static let versionKey = "io.modelcontextprotocol/protocolVersion"
  private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"

  /// The revision of the request; nil if the handshake decides.
  let revision: ProtocolRevision?
  /// The token of progress notifications; nil if the client does not want any.
  let progressToken: JSONValue?

  init(_ request: Request) throws(RPCError) {
    let meta = request.params?["_meta"]
    switch meta?["progressToken"] {
    case let token? where token.string != nil || token.wholeNumber != nil: progressToken = token
    default: progressToken = nil
    }
    guard let version = meta?[Self.versionKey] else {
      revision = nil
      return
    }
    guard let name = version.string else {
      throw .invalidToolParams("expected _meta[\"\(Self.versionKey)\"] to be a string")
    }
    guard let known = ProtocolRevision(rawValue: name), known.isStateless else {
      throw Self.unsupported(name)
    }
    guard meta?[Self.capabilitiesKey]?.object != nil else {
      throw .invalidToolParams("expected _meta[\"\(Self.capabilitiesKey)\"] to be an object")
    }
    revision = known
  }

  /// The error of a request without a revision before a handshake.
  static let missing = RPCError.invalidToolParams(
    "expected _meta[\"\(versionKey)\"] in the params, or an earlier \"initialize\" request")

  private static func unsupported(_ name: String) -> RPCError {
    RPCError(
      code: -32022, message: "Unsupported protocol version",
      data: [
        "supported": .array(ProtocolRevision.namesNewestFirst.map(JSONValue.string)),
        "requested": .string(name),
      ])
  }
}
