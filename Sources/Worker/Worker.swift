public import Calendar
import Engine
public import EventStore
public import JSON
public import JSONRPC
import JSONSchema
import Reporting

/// Answers requests from a store. The clock and the source of ids are passed in.
///
/// It handles one request at a time, on the calling thread.
public final class Worker: RequestHandler {
  private let store: any StoreBackend
  private let zones: TimeZoneDatabase
  /// The number of threads that a report may use.
  private let threads: Int
  /// Also receives the progress of loading, whichever request waits for it.
  private let loadProgress: ProgressReport?
  private let now: @Sendable () -> Int64
  private let newID: @Sendable () -> String
  let methods = MethodTable()
  let schemas = SchemaCache()
  private let toolServer = ToolServer()

  /// - Parameters:
  ///   - loadProgress: Receives the progress of loading, whichever request waits for it.
  ///   - threads: How many threads a report may use.
  ///   - now: Returns milliseconds since 1970.
  ///   - newID: Returns a random UUID in lower case.
  public init(
    store: any StoreBackend, loadProgress: ProgressReport? = nil, zones: TimeZoneDatabase, threads: Int,
    now: @escaping @Sendable () -> Int64, newID: @escaping @Sendable () -> String
  ) {
    self.store = store
    self.loadProgress = loadProgress
    self.zones = zones
    self.threads = threads
    self.now = now
    self.newID = newID
  }

  /// Answers a request for a method, or a message of the Model Context Protocol.
  public func handle(_ request: Request, in context: RequestContext) throws(RPCError) -> Answer {
    if ToolServer.recognizes(request) { return try toolServer.handle(request, self, in: context) }
    do throws(WorkerError) {
      let match = try methods.match(request.method)
      let params = try params(request.params, match, in: context)
      let result = try answer(match.method, params, in: context)
      return .result(result, isCancellable: match.method.isReadOnly)
    } catch {
      throw error.rpcError
    }
  }

  /// Throws if a batch has requests of the Model Context Protocol that it does not allow there.
  public func check(batch: [Request]) throws(RPCError) {
    if batch.contains(where: ToolServer.recognizes) { try toolServer.check(batch: batch) }
  }

  /// Nil for requests of the Model Context Protocol, whose cancelled requests get no reply.
  public func cancellationError(of request: Request) -> RPCError? {
    ToolServer.recognizes(request) ? nil : .cancelled
  }

  /// Runs a method and converts its result to the format that the params request.
  private func answer(
    _ method: Method, _ params: JSONObject, in context: RequestContext
  ) throws(WorkerError) -> JSONValue {
    // It has no params, not even reply options.
    if method.name == Method.discover.name { return try call(in: context).run(method, params) }
    var params = params
    let options = try ReplyOptions(takenFrom: &params)
    let reporter = ProgressReporter(token: options.workDoneToken, .languageServer, in: context)
    let request = try UmamiRequest(method, params, schemas)
    let result: JSONValue
    do throws(WorkerError) {
      result = try run(request.method, request.params, in: context, reporter)
    } catch {
      throw request.located(error)
    }
    switch options.format {
    case .json: return result
    case .csv:
      let (reportMethod, params) = try answered(request.method, request.params, call(in: context))
      let text = try csv(result, of: reportMethod, params) { method.isReadOnly && context.isCancelled }
      return ["contentType": "text/csv; charset=utf-8; header=present", "text": .string(text)]
    case .document(let format):
      let run = call(in: context)
      let (reportMethod, reportParams) = try answered(request.method, request.params, run)
      let source: JSONValue = ["method": .string(method.name), "params": .object(params)]
      let origin = DocumentOrigin(store: [], version: productVersion, source: source.description)
      let text = try run.document(result, of: reportMethod, reportParams, as: format, origin)
      if method.isReadOnly, context.isCancelled { throw .cancelled }
      return ["contentType": .string(format.contentType), "text": .string(text)]
    }
  }

  /// The CSV of a result of the method `name` with `params`, as a request with `"format":"csv"` returns it.
  public func csv(
    _ result: JSONValue, of name: String, _ params: JSONObject
  ) throws(RPCError) -> String {
    do throws(WorkerError) {
      return try csv(result, of: try methods.match(name).method, params) { false }
    } catch {
      throw error.rpcError
    }
  }

  /// Sentences about values in the filters of params of the method `name` that no event has, with those that may be meant.
  public func notes(onFiltersOf params: JSONObject, of name: String) throws(RPCError) -> [String] {
    do throws(WorkerError) {
      let run = call(in: RequestContext())
      return try ReplyNotes(onFiltersOf: InterpretedRequest(try methods.match(name).method, params, run), run)
        .sentences
    } catch {
      throw error.rpcError
    }
  }

  private func csv(
    _ result: JSONValue, of method: Method, _ params: JSONObject, until isCancelled: () -> Bool
  ) throws(WorkerError) -> String {
    let table = call(in: RequestContext()).resultTable(result, of: method, params)
    let text = csvText(table, maximumBytes: Limits.replyBytes, isCancelled: isCancelled)
    if isCancelled() { throw .cancelled }
    guard let text else { throw .replyTooLarge }
    return text
  }

  /// Runs a method for a client that may cancel it, and that may have asked for progress notifications.
  func run(
    _ method: Method, _ params: JSONObject, in context: RequestContext, _ reporter: ProgressReporter?
  ) throws(WorkerError) -> JSONValue {
    if context.isCancelled { throw .cancelled }
    defer { reporter?.finish() }
    return try call(in: context, reporter).run(method, params)
  }

  /// Whether the store has saved reports; true if that cannot be found out.
  var hasSavedReports: Bool {
    let filter = SavedReportFilter(websiteID: nil, search: nil, page: 1, pageSize: 1)
    let found = try? store.reports(matching: filter, maximumBytes: Limits.replyBytes, in: LoadContext())
    return found?.count != 0
  }

  /// Rewrites the arguments of a tool call.
  var toolArguments: ToolArguments { ToolArguments(zones: zones, now: now()) }

  func call(in context: RequestContext, _ reporter: ProgressReporter? = nil) -> Call {
    let loadProgress = loadProgress
    return Call(
      store: store, zones: zones, schemas: schemas,
      loading: LoadContext(
        progress: { progress in
          loadProgress?(progress)
          reporter?.report(done: progress.bytesDone, of: progress.bytesTotal)
        }, isCancelled: { context.isCancelled }),
      executor: ParallelExecutor(threads: threads, isCancelled: { context.isCancelled }), now: now,
      newID: newID)
  }

  /// The method and the params that a result answers: those of the saved report for `reports.run`, otherwise the method's
  /// own.
  private func answered(
    _ method: Method, _ params: JSONObject, _ call: Call
  ) throws(WorkerError) -> (Method, JSONObject) {
    guard method.name == Method.runReport.name else { return (method, params) }
    return try call.savedRequest(params)
  }

  /// The params of a request. Throws if its endpoint is about saved reports of one type, and they name one of another.
  private func params(
    _ params: JSONValue?, _ match: MethodTable.Match, in context: RequestContext
  ) throws(WorkerError) -> JSONObject {
    var params = try object(params, match)
    guard let type = match.savedType else { return params }
    if match.method.name == Method.umamiReports.name {
      let wantsCohorts = type == "segment" && params["type"] == "cohort"
      if !wantsCohorts { params["type"] = .string(type) }
      return params
    }
    let report = try call(in: context).savedReport(params)
    let isSegment = type == "segment" && report.type == "cohort"
    guard report.type == type || isSegment else { throw .unknownReport(report.id) }
    return params
  }

  private func object(_ params: JSONValue?, _ match: MethodTable.Match) throws(WorkerError) -> JSONObject {
    var object: JSONObject
    switch params {
    case nil: object = JSONObject()
    case .object(let members)?: object = members
    default:
      throw .invalidParams([
        ValidationError(
          instanceLocation: "", keywordLocation: "/type",
          error: "must be an object; params by position are not supported")
      ])
    }
    if !match.queryParams.isEmpty {
      object.addQuery(match.queryParams, declaredBy: schemas.portableParams(of: match.method).json)
    }
    for (name, value) in match.pathParams { object[name] = value }
    return object
  }
}

/// The version of the command and of the JSON that it accepts and returns (semantic versioning).
public let productVersion = "0.1.0"
