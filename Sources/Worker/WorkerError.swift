import EventStore
import JSON
import JSONRPC
import JSONSchema

/// Why a request failed. The code tells whether the client or Footfall is at fault ("Errors" in `schemas/README.md`); this
/// file is the only place that maps errors to codes.
enum WorkerError: Error {
  /// The params do not match their schema, or have invalid values.
  case invalidParams([ValidationError])
  case unknownMethod(String, nearest: String?)
  /// An endpoint that exists only with other verbs: `endpoints`, of which there is at least one.
  case wrongVerb(String, endpoints: [String])
  /// An endpoint of a report of Umami that Footfall does not have.
  case unsupportedReport(String, report: String)
  case unknownWebsite(String, known: [String])
  case unknownReport(String)
  case store(StoreError)
  /// The client cancelled the request.
  case cancelled
  /// The reply exceeds its limit.
  case replyTooLarge
  /// The result does not match its own schema: a fault of Footfall.
  case invalidResult(method: String, [ValidationError])
}

extension ValidationError {
  /// An invalid value of a member that matches its schema.
  static func member(_ name: String, _ error: String) -> ValidationError {
    ValidationError(instanceLocation: "/\(name)", keywordLocation: "/properties/\(name)", error: error)
  }
}

extension WorkerError {
  /// Codes of the worker; the others are defined by JSON-RPC.
  enum Code {
    static let unknownWebsite = 1
    static let unknownReport = 2
    static let store = 3
  }

  var rpcError: RPCError {
    switch self {
    case .invalidParams(let errors):
      RPCError(
        code: RPCError.Code.invalidParams, message: "Invalid params: \(Self.summary(errors))",
        data: ["errors": .array(errors.map(\.json))])
    case .unknownMethod(let name, let nearest):
      RPCError(
        code: RPCError.Code.methodNotFound,
        message: "Method not found: \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
        data: nearest.map { ["nearest": .string($0)] })
    case .wrongVerb(let name, let endpoints):
      RPCError(
        code: RPCError.Code.methodNotFound,
        message: "Method not found: \"\(name)\"; it exists as "
          + endpoints.map { "\"\($0)\"" }.joined(separator: ", "),
        data: endpoints.first.map { ["nearest": .string($0)] })
    case .unsupportedReport(let name, let report):
      RPCError(
        code: RPCError.Code.methodNotFound,
        message: "Method not found: \"\(name)\"; the \(report) report is not supported yet")
    case .unknownWebsite(let id, let known):
      RPCError(
        code: Code.unknownWebsite,
        message: "Unknown website: \"\(id)\"; the store has \(Self.list(known))",
        data: ["websiteId": .string(id)])
    case .unknownReport(let id):
      RPCError(
        code: Code.unknownReport, message: "Unknown report: \"\(id)\"", data: ["reportId": .string(id)])
    case .store(.reportsFull(let maximum)):
      .limitExceeded(
        "savedReports", maximum: maximum, reason: "\(StoreError.reportsFull(maximumBytes: maximum))")
    case .store(let error):
      RPCError(code: Code.store, message: "Store: \(error)", data: .object(Self.data(error)))
    case .cancelled: .cancelled
    case .replyTooLarge: .replyTooLarge(maximum: Limits.replyBytes)
    case .invalidResult(let method, let errors):
      RPCError(
        code: RPCError.Code.internalError,
        message: "Internal error: the result of \(method) does not match its schema; please report this",
        data: ["errors": .array(errors.map(\.json))])
    }
  }

  private static func data(_ error: StoreError) -> JSONObject {
    var data: JSONObject = ["reason": .string(reason(error))]
    if case .unreadable(let rows) = error {
      data["rows"] = JSONValue(rows.rows)
      data["badRows"] = JSONValue(rows.badRows)
      data["first"] = .array(rows.first.map { .string($0) })
    }
    return data
  }

  private static func reason(_ error: StoreError) -> String {
    switch error {
    case .busy: "busy"
    case .readOnly, .unwritable: "readOnly"
    case .usage, .noSuchFile, .isDirectory, .inputOutput, .reportsFull, .cancelled: "unavailable"
    case .server(_, .unavailable): "unavailable"
    case .server(_, .tooExpensive): "tooExpensive"
    case .server(_, .damaged), .unusableFile, .missingColumns, .unterminatedQuote, .badRow, .noEventTable,
      .damaged, .sqlite:
      "damaged"
    case .unreadable: "unreadable"
    }
  }

  private static func summary(_ errors: [ValidationError]) -> String {
    guard let first = errors.first else { return "they do not match their schema" }
    let location = first.instanceLocation.isEmpty ? "params" : first.instanceLocation
    return "\(location) \(first.error)" + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
  }

  private static func list(_ known: [String]) -> String {
    let shown = 5
    guard !known.isEmpty else { return "none" }
    return known.prefix(shown).map { "\"\($0)\"" }.joined(separator: ", ")
      + (known.count > shown ? " and \(known.count - shown) more" : "")
  }
}
