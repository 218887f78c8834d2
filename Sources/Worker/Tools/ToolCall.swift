import JSON
import JSONRPC
import JSONSchema

/// A request to run a tool, `tools/call`.
struct ToolCall {
  let tool: Tool
  let arguments: JSONObject

  /// Throws where the request is not as the protocol has it, or the tool is not known; what is wrong with the
  /// arguments themselves is for the model to put right.
  init(_ params: JSONValue?) throws(RPCError) {
    guard let name = params?["name"]?.string else {
      throw .invalidToolParams("expected \"name\" to be the name of a tool")
    }
    guard let tool = Tool.all.first(where: { sameScalars($0.name, name) }) else {
      let nearest = nearestName(to: name, among: Tool.all.map(\.name))
      throw RPCError(
        code: RPCError.Code.invalidParams,
        message: "Unknown tool: \(name)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
    }
    switch params?["arguments"] {
    case nil: arguments = JSONObject()
    case .object(let members)?: arguments = members
    default: throw .invalidToolParams("expected \"arguments\" to be an object")
    }
    self.tool = tool
  }
}

extension ToolServer {
  /// Runs a tool. A report that fails is a result that says so, in words that a model can act on; a request
  /// that was cancelled is not answered.
  func call(
    _ params: JSONValue?, _ revision: ProtocolRevision, _ worker: Worker, _ progressToken: JSONValue?,
    in context: RequestContext
  ) throws(RPCError) -> Answer {
    let call = try ToolCall(params)
    do throws(WorkerError) {
      try checkNames(call, worker.schemas)
      let result = try worker.run(
        call.tool.method, call.arguments, in: context,
        ProgressReporter(token: progressToken, .toolServer, in: context))
      let isCancellable = call.tool.method.isReadOnly
      let content = call.tool.structured(result, worker.schemas, revision)
      return .result(
        try success(content, revision, unless: isCancellable ? context : nil), isCancellable: isCancellable)
    } catch {
      switch error {
      case .cancelled: return .silence
      case .invalidResult, .replyTooLarge: throw error.rpcError
      default: return .result(failure(error.advice, revision))
      }
    }
  }

  /// Arguments that the tool does not take are most likely misspelt, so they are an error beside all others.
  private func checkNames(_ call: ToolCall, _ cache: SchemaCache) throws(WorkerError) {
    let schema = cache.document("\(call.tool.method.name).params.json")
    let known = schema["properties"]?.object?.members.map(\.name) ?? []
    let unknown = call.arguments.members.map(\.name).filter { name in
      !known.contains { sameScalars($0, name) }
    }
    if unknown.isEmpty { return }
    let taken = known.isEmpty ? "takes none" : "takes \(known.joined(separator: ", "))"
    var misspelt = unknown.prefix(Limits.reportedArguments).map { name in
      let hint = nearestName(to: name, among: known).map { "did you mean \"\($0)\"? It" } ?? "it"
      return ValidationError(
        instanceLocation: "/\(JSONPointer.escape(name))", keywordLocation: "/additionalProperties",
        error: "is no argument of \(call.tool.name); \(hint) \(taken)")
    }
    if unknown.count > misspelt.count {
      misspelt.append(
        ValidationError(
          instanceLocation: "", keywordLocation: "/additionalProperties",
          error: "have \(unknown.count - misspelt.count) more members that are unknown to \(call.tool.name)"))
    }
    let others = cache.params(of: call.tool.method.name).validate(.object(call.arguments))
    throw .invalidParams(misspelt + others)
  }

  private func success(
    _ content: JSONValue, _ revision: ProtocolRevision, unless context: RequestContext?
  ) throws(WorkerError) -> JSONValue {
    var writer = JSONWriter()
    writer.maximumBytes = Limits.replyBytes
    if let context { writer.isCancelled = { context.isCancelled } }
    writer.write(content)
    if writer.isStopped { throw .cancelled }
    if writer.isOverfull { throw .replyTooLarge }
    var result: JSONObject = ["content": text(String(decoding: writer.bytes, as: UTF8.self))]
    if revision.hasStructuredContent { result["structuredContent"] = content }
    result["isError"] = false
    return ServerDescription.complete(result, revision)
  }

  private func failure(_ advice: String, _ revision: ProtocolRevision) -> JSONValue {
    ServerDescription.complete(["content": text(advice), "isError": true], revision)
  }

  private func text(_ text: String) -> JSONValue { [["type": "text", "text": .string(text)]] }
}

extension WorkerError {
  /// What is wrong, all of it, and what would be right.
  fileprivate var advice: String {
    switch self {
    case .invalidParams(let errors):
      "The arguments are wrong:"
        + errors.map { "\n- \($0.instanceLocation.isEmpty ? "arguments" : $0.instanceLocation) \($0.error)" }
        .joined()
    case .noSuchWebsite: "\(rpcError.message). list_websites lists them."
    case .noSuchReport: "\(rpcError.message). list_saved_reports lists them."
    default: rpcError.message
    }
  }
}
