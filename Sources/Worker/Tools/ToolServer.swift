import JSON
import JSONRPC

/// The server of the Model Context Protocol (https://modelcontextprotocol.io/specification), with which AI assistants call
/// tools. It supports the stateless revision, in which every request names its revision, and the older ones, which start
/// with `initialize`. Its messages are recognized by their methods and their `_meta`, so they share the stream with all
/// other requests.
///
/// Requests come one at a time, so the result of the handshake needs no lock.
final class ToolServer {
  /// The revision that `initialize` agreed on; nil before it.
  private var negotiatedRevision: ProtocolRevision?
  private var list: ToolList?

  private static let methods = Set([
    "initialize", "ping", "server/discover", "tools/list", "tools/call",
  ]).union(emptyLists.keys)

  /// The lists of capabilities that the server does not have, by method, and the member that is the list. Some clients
  /// ask for them anyway, and report an error as a failure of the server.
  private static let emptyLists = [
    "resources/list": "resources", "resources/templates/list": "resourceTemplates",
    "prompts/list": "prompts",
  ]

  /// Whether a request belongs to this protocol.
  static func recognizes(_ request: Request) -> Bool {
    methods.contains(request.method) || request.method.utf8.starts(with: "notifications/".utf8)
      || request.params?["_meta"]?[RequestMeta.versionKey] != nil
  }

  func handle(_ request: Request, _ worker: Worker, in context: RequestContext) throws(RPCError) -> Answer {
    // No notification of a client needs an action here; cancellations are handled by the server.
    guard let id = request.id else { return .noReply }
    try Self.check(id)
    let meta = try RequestMeta(request)
    let revision = meta.revision ?? negotiatedRevision
    if let revision, revision.isStateless {
      return try answer(request, revision, meta, worker, context)
    }
    switch request.method {
    case "initialize": return .result(try initialize(request, worker))
    case "ping": return .result([:])
    default:
      guard let revision else { throw RequestMeta.missing }
      return try answer(request, revision, meta, worker, context)
    }
  }

  /// Rejects batches, except in the one revision that allows them.
  func check(batch: [Request]) throws(RPCError) {
    if negotiatedRevision?.hasBatches == true { return }
    let revision = ProtocolRevision.march2025.rawValue
    throw .invalidRequest("expected a single message; MCP allows batches only in revision \(revision)")
  }

  private func answer(
    _ request: Request, _ revision: ProtocolRevision, _ meta: RequestMeta, _ worker: Worker,
    _ context: RequestContext
  ) throws(RPCError) -> Answer {
    switch request.method {
    case "server/discover" where revision.isStateless:
      return .result(ServerDescription.discovery(revision))
    case "tools/list":
      return .result(
        try tools(worker).list(request.params, revision, hasSavedReports: worker.hasSavedReports))
    case "tools/call":
      return try call(request.params, revision, worker, meta.progressToken, in: context)
    default:
      guard let member = Self.emptyLists[request.method] else { throw Self.unknownMethod(request.method) }
      return .result(ServerDescription.complete([member: []], revision, isCacheable: true))
    }
  }

  private func tools(_ worker: Worker) -> ToolList {
    if let list { return list }
    let made = ToolList(worker.schemas)
    list = made
    return made
  }

  private func initialize(_ request: Request, _ worker: Worker) throws(RPCError) -> JSONValue {
    guard let wanted = request.params?["protocolVersion"]?.string else {
      throw .invalidToolParams("expected \"protocolVersion\" to be a string, such as \"2025-11-25\"")
    }
    let known = ProtocolRevision(rawValue: wanted).flatMap { $0.isStateless ? nil : $0 }
    let revision = known ?? .newestWithHandshake
    negotiatedRevision = revision
    return ServerDescription.handshake(revision)
  }

  /// MCP allows only strings and whole numbers as ids, not null.
  private static func check(_ id: RequestID) throws(RPCError) {
    switch id {
    case .string, .integer: return
    case .null, .number:
      throw .invalidRequest("expected \"id\" to be a string or a whole number, as MCP requires")
    }
  }

  private static func unknownMethod(_ name: String) -> RPCError {
    RPCError(
      code: RPCError.Code.methodNotFound,
      message: "Method not found: \"\(name)\"; the supported MCP revisions are "
        + "\(ProtocolRevision.namesNewestFirst.joined(separator: ", "))")
  }
}

extension RPCError {
  /// Params of an MCP message that the protocol does not allow.
  static func invalidToolParams(_ reason: String) -> RPCError {
    RPCError(code: Code.invalidParams, message: "Invalid params: \(reason)")
  }
}
