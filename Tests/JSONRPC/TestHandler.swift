import JSON
import JSONRPC
import Synchronization

/// The methods of the specification's examples, and a few that show what a handler can do.
struct TestHandler: RequestHandler {
  func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
    .result(try result(request.method, request.params))
  }

  private func result(_ method: String, _ params: JSONValue?) throws(RPCError) -> JSONValue {
    switch method {
    case "subtract": try subtract(params)
    case "sum": .integer((params?.array ?? []).reduce(0) { $0 + ($1.wholeNumber ?? 0) })
    case "get_data": ["hello", 5]
    case "update", "notify_hello", "notify_sum": nil
    case "echo": params ?? nil
    case "repeat": .string(String(repeating: "x", count: Int(params?["count"]?.wholeNumber ?? 0)))
    case "fail": throw RPCError(code: 1, message: "No such website", data: ["websiteId": "w"])
    default: throw RPCError(code: RPCError.Code.methodNotFound, message: "Method not found")
    }
  }

  private func subtract(_ params: JSONValue?) throws(RPCError) -> JSONValue {
    let terms =
      switch params {
      case .array(let terms)?: (terms.first?.wholeNumber, terms.last?.wholeNumber)
      default: (params?["minuend"]?.wholeNumber, params?["subtrahend"]?.wholeNumber)
      }
    guard case (let minuend?, let subtrahend?) = terms else {
      throw RPCError(code: RPCError.Code.invalidParams, message: "Invalid params")
    }
    return .integer(minuend - subtrahend)
  }
}

/// Answers `wait` when its gate is opened, `endless` when it is cancelled, and other methods immediately, unless they are
/// cancelled; `quiet` gets no reply. `endless` notifies the client when it starts.
struct GatedHandler: RequestHandler {
  let gate: Pipe
  /// Gets a line whenever a request waits at the gate.
  var entered: Pipe?

  func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
    if request.method == "wait" { entered?.write(Array("in\n".utf8)) }
    if request.method == "endless" {
      context.notify("begun", ["params": request.params ?? nil])
      while !context.isCancelled {}
    }
    if context.isCancelled { throw .cancelled }
    if request.method == "quiet" { return .noReply }
    return .result(.string(request.method == "wait" ? gate.readLine() : request.method))
  }

  func check(batch: [Request]) throws(RPCError) {
    if batch.contains(where: { $0.method == "alone" }) { throw .invalidRequest("expected no batch") }
  }
}

extension MessageLimits {
  static let test = MessageLimits(
    maximumMessageBytes: 1 << 20, maximumHeaderBytes: 100, maximumNesting: 128, maximumBatch: 100)
}

/// A server of the test methods.
func testServer<Handler: RequestHandler>(
  _ limits: MessageLimits = .test, _ handler: Handler = TestHandler()
) -> Server<Handler> {
  // Every look at the clock is a second after the last.
  let seconds = Atomic<UInt64>(0)
  return Server(limits: limits, handler: handler) {
    seconds.add(1, ordering: .relaxed).newValue * 1_000_000_000
  }
}

extension Server {
  /// The reply to a line, both as text.
  func reply(to line: String) -> String? {
    answer(Array(line.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }
}
