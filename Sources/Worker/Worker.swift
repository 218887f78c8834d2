public import Calendar
import Engine
public import EventStore
import JSON
public import JSONRPC
import JSONSchema

/// Answers the methods from a store. It does no input or output of its own: the clock and the source of ids are
/// passed in.
///
/// It answers one request at a time, on whichever thread calls it.
public final class Worker: RequestHandler {
  private let store: EventStore
  private let zones: TimeZoneDatabase
  /// The number of threads that a report may use.
  private let threads: Int
  /// How far the store is with loading.
  private let loading: LoadProgress
  private let now: @Sendable () -> Int64
  private let newID: @Sendable () -> String
  let methods = MethodTable()
  let schemas = SchemaCache()
  private let toolServer = ToolServer()

  /// - Parameters:
  ///   - loading: the store reports to it how far it is with loading.
  ///   - threads: how many threads a report may use.
  ///   - now: milliseconds since 1970.
  ///   - newID: returns a random UUID, in lower case.
  public init(
    store: EventStore, loading: LoadProgress, zones: TimeZoneDatabase, threads: Int,
    now: @escaping @Sendable () -> Int64, newID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.loading = loading
    self.zones = zones
    self.threads = threads
    self.now = now
    self.newID = newID
  }

  /// Answers a request of the protocol or of the Model Context Protocol.
  public func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
    if ToolServer.speaks(request) { return try toolServer.handle(request, self, in: context) }
    do throws(WorkerError) {
      let match = try methods.match(request.method)
      let result = try answer(match.method, try object(request.params, match.pathParams), in: context)
      return .result(result, isCancellable: match.method.isReadOnly)
    } catch {
      throw error.rpcError
    }
  }

  public func check(batch: [Request]) throws(RPCError) {
    if batch.contains(where: ToolServer.speaks) { try toolServer.check(batch: batch) }
  }

  public func cancellationError(of request: Request) -> RPCError? {
    ToolServer.speaks(request) ? nil : .cancelled
  }

  /// Runs a method, and gives its result as the params want it.
  private func answer(
    _ method: Method, _ params: JSONObject, in context: RequestContext
  ) throws(WorkerError) -> JSONValue {
    // Its only param is none: all others would be dropped.
    if method.name == Method.discover.name { return try call(in: context).run(method, params) }
    var params = params
    let options = try ReplyOptions(takenFrom: &params)
    let reporter = ProgressReporter(token: options.workDoneToken, .languageServer, in: context)
    let result = try run(method, params, in: context, reporter)
    switch options.format {
    case .json: return result
    case .csv:
      let schema = ResultSchema(of: try reportMethod(of: method, params, call(in: context)), schemas)
      let table = ResultTable(result, schema: schema)
      let text = csvText(table, maximumBytes: Limits.replyBytes) { method.isReadOnly && context.isCancelled }
      if method.isReadOnly, context.isCancelled { throw .cancelled }
      guard let text else { throw .replyTooLarge }
      return ["contentType": "text/csv; charset=utf-8; header=present", "text": .string(text)]
    }
  }

  /// Runs a method for a client that may cancel it, and that may have asked for progress notifications.
  func run(
    _ method: Method, _ params: JSONObject, in context: RequestContext, _ reporter: ProgressReporter?
  ) throws(WorkerError) -> JSONValue {
    if context.isCancelled { throw .cancelled }
    loading.tell(reporter, waiting: context)
    defer {
      loading.tell(nil)
      reporter?.finish()
    }
    return try call(in: context).run(method, params)
  }

  private func call(in context: RequestContext) -> Call {
    Call(
      store: store, zones: zones, schemas: schemas,
      scanner: Scanner(threads: threads, isCancelled: { context.isCancelled }), now: now, newID: newID)
  }

  /// The method whose result a method gives: its own, but for one that runs saved reports.
  private func reportMethod(
    of method: Method, _ params: JSONObject, _ call: Call
  ) throws(WorkerError) -> Method {
    guard method.name == Method.runReport.name else { return method }
    return try call.savedReport(params).method()
  }

  private func object(
    _ params: JSONValue?, _ pathParams: [JSONObject.Member]
  ) throws(WorkerError) -> JSONObject {
    var object: JSONObject
    switch params {
    case nil: object = JSONObject()
    case .object(let members)?: object = members
    default:
      throw .invalidParams([
        ValidationError(
          instanceLocation: "", keywordLocation: "/type",
          error: "must be an object with named members; params by position are not supported")
      ])
    }
    for (name, value) in pathParams { object[name] = value }
    return object
  }
}
