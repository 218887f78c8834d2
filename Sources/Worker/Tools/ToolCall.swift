import Calendar
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
    guard let tool = Tool(named: name) else {
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
      try checkNames(call, worker)
      let reporter = ProgressReporter(token: progressToken, .toolServer, in: context)
      return .result(
        try answer(call, revision, worker, reporter, in: context), isCancellable: call.tool.method.isReadOnly)
    } catch {
      switch error {
      case .cancelled: return .noReply
      case .invalidResult, .replyTooLarge: throw error.rpcError
      default: return .result(failure(error.advice, revision))
      }
    }
  }

  private func answer(
    _ call: ToolCall, _ revision: ProtocolRevision, _ worker: Worker, _ reporter: ProgressReporter?,
    in context: RequestContext
  ) throws(WorkerError) -> JSONValue {
    if context.isCancelled { throw .cancelled }
    defer { reporter?.finish() }
    let (tool, method) = (call.tool, call.tool.method)
    var params = try worker.toolArguments.params(call.arguments, of: method)
    let limit = try tool.takeLimit(from: &params, worker.schemas)
    var nested = NestedMembers(of: method, worker.schemas)
    let unknown = nested.check(params)
    if !unknown.isEmpty {
      throw .invalidParams(unknown + worker.schemas.params(of: method.name).validate(.object(params)))
    }
    let run = worker.call(in: context, reporter)
    var result = try run.run(method, params)
    let request = try InterpretedRequest(method, params, run)
    let notes = try ReplyNotes(request, of: result, run).sentences
    if method.name == Method.listWebsites.name { result = try run.withActiveVisitors(result) }
    return try ToolReply(request, result: result, notes: notes, revision)
      .json(limit: limit) { method.isReadOnly && context.isCancelled }
  }

  /// Throws if there are unknown arguments, which are most likely misspelt; the error includes all other errors.
  private func checkNames(_ call: ToolCall, _ worker: Worker) throws(WorkerError) {
    let cache = worker.schemas
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
    let converted = try worker.toolArguments.params(call.arguments, of: call.tool.method)
    let others = cache.params(of: call.tool.method.name).validate(.object(converted))
    throw .invalidParams(misspelt + others)
  }

  private func failure(_ advice: String, _ revision: ProtocolRevision) -> JSONValue {
    ServerDescription.complete(["content": text(advice), "isError": true], revision)
  }

  private func text(_ text: String) -> JSONValue { [["type": "text", "text": .string(text)]] }
}

extension Tool {
  /// Removes the limit of rows from params, and returns it. A method that has one gets a larger one, so that the reply
  /// can say how many rows there are.
  fileprivate func takeLimit(
    from params: inout JSONObject, _ cache: SchemaCache
  ) throws(WorkerError) -> Int {
    let wanted = params["limit"] ?? .null
    params["limit"] = nil
    let limit = wanted == .null ? Int64(defaultLimit) : wanted.clampedWholeNumber ?? 0
    guard limit >= 1 else {
      throw .invalidParams([.member("limit", "must be a whole number of at least 1")])
    }
    let schema = cache.document("\(method.name).params.json")
    let needed = schema["dependentRequired"]?["limit"]?.array ?? []
    if schema["properties"]?["limit"] != nil, needed.allSatisfy({ params[$0.string ?? ""] != nil }) {
      // What is cut off is counted only if the method cuts.
      params["limit"] =
        params["rest"] == true ? JSONValue(Int(clamping: limit)) : JSONValue(Limits.toolCandidates)
    }
    return Int(clamping: limit)
  }

  private var defaultLimit: Int {
    switch method.name {
    case Method.series.name: Limits.toolBuckets
    // As many rows as were asked for.
    case Method.goals.name, Method.funnel.name: Limits.goals
    default: Limits.toolRows
    }
  }
}

extension Call {
  /// The list of websites with the time, and how many visitors each has now.
  fileprivate func withActiveVisitors(_ websites: JSONValue) throws(WorkerError) -> JSONValue {
    let now = now()
    var rows: [JSONValue] = []
    for row in websites.array ?? [] {
      guard var website = row.object else { continue }
      let last = website["lastEvent"]?.string.flatMap { parseInstant($0) }
      // Without a recent event there are none, which needs no scan.
      if let last, now - last <= 5 * 60_000 {
        let params: JSONObject = ["websiteId": website["id"] ?? .null, "asOf": .integer(now)]
        website["activeVisitors"] = try run(.active, params)["visitors"]
      } else {
        website["activeVisitors"] = 0
      }
      rows.append(.object(website))
    }
    return ["result": .array(rows), "now": JSONValue(instant: now)]
  }
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
