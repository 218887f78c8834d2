import JSON
import JSONRPC

/// The Model Context Protocol (https://modelcontextprotocol.io/specification), by which AI assistants call
/// tools: the stateless revision, in which every request says which one it means, and the older ones, which
/// begin with `initialize`. Its messages are known by their methods and their `_meta`, so they come over the
/// same stream as all others.
///
/// Requests come one at a time, so what the handshake agreed on needs no lock.
final class ToolServer {
  /// What `initialize` has agreed on; nil before it.
  private var agreed: ProtocolRevision?
  private var list: ToolList?

  private static let methods: Set<String> = [
    "initialize", "ping", "server/discover", "tools/list", "tools/call",
  ]

  /// Whether a request is one of this protocol.
  static func speaks(_ request: Request) -> Bool {
    methods.contains(request.method) || request.method.hasPrefix("notifications/")
      || request.params?["_meta"]?[RequestMeta.versionKey] != nil
  }

  func handle(_ request: Request, _ worker: Worker, in context: RequestContext) throws(RPCError) -> Answer {
    // None of the notifications that a client sends asks for anything to be done here.
    guard let id = request.id else { return .silence }
    try Self.check(id)
    let meta = try RequestMeta(request)
    let revision = meta.revision ?? agreed
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

  /// Batches are of one revision only.
  func check(batch: [Request]) throws(RPCError) {
    if agreed?.hasBatches == true { return }
    throw .invalidRequest("expected a single message; the tool server's protocol has no batches")
  }

  private func answer(
    _ request: Request, _ revision: ProtocolRevision, _ meta: RequestMeta, _ worker: Worker,
    _ context: RequestContext
  ) throws(RPCError) -> Answer {
    switch request.method {
    case "server/discover" where revision.isStateless:
      .result(ServerDescription.discovery(revision))
    case "tools/list": .result(try tools(worker).list(request.params, revision))
    case "tools/call": try call(request.params, revision, worker, meta.progressToken, in: context)
    default: throw Self.unknownMethod(request.method)
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
    agreed = revision
    return ServerDescription.handshake(revision)
  }

  /// An id is a string or a whole number, and never null.
  private static func check(_ id: RequestID) throws(RPCError) {
    switch id {
    case .string, .integer: return
    case .null, .number:
      throw .invalidRequest("expected \"id\" to be a string or a whole number, as this protocol has it")
    }
  }

  private static func unknownMethod(_ name: String) -> RPCError {
    RPCError(
      code: RPCError.Code.methodNotFound,
      message: "Method not found: \"\(name)\"; the tool server knows revisions "
        + "\(ProtocolRevision.namesNewestFirst.joined(separator: ", "))")
  }
}

extension RPCError {
  /// A message of the tool server's protocol that is not as the protocol has it.
  static func invalidToolParams(_ reason: String) -> RPCError {
    RPCError(code: Code.invalidParams, message: "Invalid params: \(reason)")
  }
}
