public import Engine
public import EventStore
import JSON
public import JSONRPC
import JSONSchema

/// Answers the methods from a store: params through their schema, the report, the result through its
/// schema. It does no input or output of its own; clock and ids are handed in.
public final class Worker: RequestHandler, @unchecked Sendable {
  let store: EventStore
  let zones: TimeZoneDatabase
  /// Runs the reports, until the request that is being carried out is given up.
  private(set) var scanner: Scanner
  /// How far the store is with loading.
  private let loading: LoadProgress
  /// Milliseconds since 1970.
  let now: @Sendable () -> Int64
  /// A new id for a saved report.
  let newID: @Sendable () -> String
  let methods = MethodTable()
  let schemas = SchemaCache()
  private let toolServer = ToolServer()

  /// - Parameters:
  ///   - loading: is told by the store how far it is with loading.
  ///   - newID: gives a random UUID, in lower case.
  public init(
    store: EventStore, loading: LoadProgress, zones: TimeZoneDatabase, scanner: Scanner,
    now: @escaping @Sendable () -> Int64, newID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.loading = loading
    self.zones = zones
    self.scanner = scanner
    self.now = now
    self.newID = newID
  }

  /// Requests come one at a time, so what is kept between them needs no lock.
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
    if method.name == Method.discover.name { return try run(method, params) }
    var params = params
    let options = try ReplyOptions(takenFrom: &params)
    let reporter = ProgressReporter(token: options.workDoneToken, .languageServer, in: context)
    let result = try run(method, params, in: context, reporter)
    switch options.format {
    case .json: return result
    case .csv:
      let schema = ResultSchema(of: try reportMethod(of: method, params), schemas)
      let table = ResultTable(result, schema: schema)
      let text = csvText(table, maximumBytes: Limits.replyBytes) { method.isReadOnly && context.isCancelled }
      if method.isReadOnly, context.isCancelled { throw .cancelled }
      guard let text else { throw .replyTooLarge }
      return ["contentType": "text/csv; charset=utf-8; header=present", "text": .string(text)]
    }
  }

  /// Runs a method for a client that may give it up, and that may want to hear how far it is.
  func run(
    _ method: Method, _ params: JSONObject, in context: RequestContext, _ reporter: ProgressReporter?
  ) throws(WorkerError) -> JSONValue {
    if context.isCancelled { throw .cancelled }
    let idle = scanner
    scanner = Scanner(threads: idle.threads, isCancelled: { context.isCancelled })
    loading.tell(reporter, waiting: context)
    defer {
      scanner = idle
      loading.tell(nil)
      reporter?.finish()
    }
    return try run(method, params)
  }

  /// Runs a method with params that nobody has checked yet.
  func run(_ method: Method, _ params: JSONObject) throws(WorkerError) -> JSONValue {
    let value = JSONValue.object(params)
    let errors = schemas.params(of: method.name).validate(value)
    guard errors.isEmpty else { throw .invalidParams(errors) }
    let result = try method.run(params, self)
    if let failure = scanner.failure { throw .invalidParams([ValidationError(failure, of: value)]) }
    // A report that was cancelled has only seen a part of the events; what was saved is saved.
    if method.isReadOnly, scanner.isCancelled { throw .cancelled }
    let faults = schemas.result(of: method.name).validate(result)
    guard faults.isEmpty else { throw .invalidResult(method: method.name, faults) }
    return result
  }

  /// The method whose result a method gives: its own, but for one that runs saved reports.
  private func reportMethod(of method: Method, _ params: JSONObject) throws(WorkerError) -> Method {
    guard method.name == Method.runReport.name else { return method }
    return try savedReport(params).method()
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
