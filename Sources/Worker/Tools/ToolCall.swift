import EventStore
import JSON
import JSONRPC
import JSONSchema
import System

/// A `tools/call` request.
struct ToolCall {
  let tool: Tool
  let arguments: JSONObject

  /// Throws if the request is invalid or the tool is unknown. Invalid arguments are not an error here, because the model
  /// can correct them: they become a result with `isError`. Null counts as missing, for the arguments and for each of
  /// their optional members.
  init(_ params: JSONValue?, _ cache: SchemaCache) throws(RPCError) {
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
    case nil, .null?: arguments = JSONObject()
    case .object(let members)?:
      arguments = cache.portableParams(of: tool.method).withoutNullMembers(members)
    default: throw .invalidToolParams("expected \"arguments\" to be an object")
    }
    self.tool = tool
  }
}

extension ToolServer {
  /// Runs a tool. An error becomes a result with `isError` and a text that a model can act on. A cancelled request gets
  /// no reply.
  func call(
    _ params: JSONValue?, _ revision: ProtocolRevision, _ worker: Worker, _ progressToken: JSONValue?,
    in context: RequestContext
  ) throws(RPCError) -> Answer {
    let call = try ToolCall(params, worker.schemas)
    do throws(WorkerError) {
      try checkNames(call, worker.schemas)
      let result = try worker.run(
        call.tool.method, try worker.toolArguments.params(call.arguments, of: call.tool.method), in: context,
        ProgressReporter(token: progressToken, .toolServer, in: context))
      let isCancellable = call.tool.method.isReadOnly
      var content = Self.cut(call.tool.structured(result, worker.schemas, revision), of: call.tool)
      if call.tool.method.name == Method.listWebsites.name, var object = content.object {
        object["now"] = JSONValue(instant: worker.toolArguments.now)
        content = .object(object)
      }
      return .result(
        try success(content, revision, unless: isCancellable ? context : nil), isCancellable: isCancellable)
    } catch {
      switch error {
      case .cancelled: return .noReply
      case .invalidResult, .replyTooLarge: throw error.rpcError
      default: return .result(failure(error.advice, revision))
      }
    }
  }

  /// Throws if there are unknown arguments, which are most likely misspelt; the error includes all other errors.
  private func checkNames(_ call: ToolCall, _ cache: SchemaCache) throws(WorkerError) {
    let schema = cache.document("\(call.tool.method.name).params.json")
    let params = schema["properties"]?.object?.members.map(\.name) ?? []
    let declared = call.tool.inputSchema(cache)["properties"]?.object?.members.map(\.name) ?? []
    let known = params + declared.filter { !params.contains($0) }
    let unknown = call.arguments.members.map(\.name).filter { name in
      !known.contains { sameScalars($0, name) }
    }
    if unknown.isEmpty { return }
    let accepted = "accepts \(declared.joined(separator: ", "))"
    var misspelt = unknown.prefix(Limits.reportedArguments).map { name in
      let hint = nearestName(to: name, among: known).map { "did you mean \"\($0)\"? It" } ?? "it"
      return ValidationError(
        instanceLocation: "/\(JSONPointer.escape(name))", keywordLocation: "/additionalProperties",
        error: "is not an argument of \(call.tool.name); \(hint) \(accepted)")
    }
    if unknown.count > misspelt.count {
      misspelt.append(
        ValidationError(
          instanceLocation: "", keywordLocation: "/additionalProperties",
          error: "have \(unknown.count - misspelt.count) more unknown members"))
    }
    let others = cache.params(of: call.tool.method.name).validate(.object(call.arguments))
    throw .invalidParams(misspelt + others)
  }

  /// The content with at most so many rows as a model can read, and with what was left out: a list that is the result,
  /// or the member `result` of one.
  private static func cut(_ content: JSONValue, of tool: Tool) -> JSONValue {
    let maximum = tool.method.name == Method.series.name ? Limits.toolBuckets : Limits.toolRows
    guard let rows = content.array ?? content["result"]?.array, rows.count > maximum else { return content }
    func first(_ list: JSONValue?) -> JSONValue? {
      list?.array.map { .array(Array($0.prefix(maximum))) } ?? list
    }
    var cut = content.object ?? ["result": content]
    cut["result"] = first(cut["result"])
    cut["comparison"] = first(cut["comparison"])
    cut["rows"] = JSONValue(rows.count)
    cut["truncated"] = true
    cut["notice"] = .string(
      "Only the first \(maximum) of \(rows.count) rows. Narrow dateRange or filters, or choose a larger unit."
    )
    return .object(cut)
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
  /// All that is wrong, and what would be right, for a language model.
  fileprivate var advice: String {
    switch self {
    case .invalidParams(let errors):
      "Invalid arguments:"
        + errors.map { "\n- \($0.instanceLocation.isEmpty ? "arguments" : $0.instanceLocation) \($0.error)" }
        .joined()
    case .unknownWebsite: "\(rpcError.message). Call list_websites to see all websites."
    case .unknownReport: "\(rpcError.message). Call list_saved_reports to see all reports."
    case .store(.unreadable): "\(rpcError.message). Call inspect_store to see all reasons."
    default: rpcError.message
    }
  }
}
