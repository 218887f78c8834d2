import EventStore
import JSON
import JSONRPC
import JSONSchema

/// Why a request has no result. What the client did wrong and what went wrong here are told apart by
/// their codes ("Errors" in `schemas/README.md`); this is the one place that knows them.
enum WorkerError: Error {
  /// The params fail their schema, or mean nothing.
  case invalidParams([ValidationError])
  case noSuchMethod(String, nearest: String?)
  case noSuchWebsite(String, known: [String])
  case noSuchReport(String)
  case store(StoreError)
  /// The client has asked for the request to be given up.
  case cancelled
  /// The reply would be larger than replies may be.
  case replyTooLarge
  /// A result that fails its own schema: a fault of ours.
  case invalidResult(method: String, [ValidationError])
}

extension ValidationError {
  /// An error of a member that passes its schema and still means nothing.
  static func member(_ name: String, _ error: String) -> ValidationError {
    ValidationError(instanceLocation: "/\(name)", keywordLocation: "/properties/\(name)", error: error)
  }
}

extension WorkerError {
  /// Codes of our own; the others are JSON-RPC's.
  enum Code {
    static let noSuchWebsite = 1
    static let noSuchReport = 2
    static let store = 3
  }

  var rpcError: RPCError {
    switch self {
    case .invalidParams(let errors):
      RPCError(
        code: RPCError.Code.invalidParams, message: "Invalid params: \(Self.summary(errors))",
        data: ["errors": .array(errors.map(\.json))])
    case .noSuchMethod(let name, let nearest):
      RPCError(
        code: RPCError.Code.methodNotFound,
        message: "Method not found: \"\(name)\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""),
        data: nearest.map { ["nearest": .string($0)] })
    case .noSuchWebsite(let id, let known):
      RPCError(
        code: Code.noSuchWebsite,
        message: "No such website: \"\(id)\"; the store has \(Self.list(known))",
        data: ["websiteId": .string(id)])
    case .noSuchReport(let id):
      RPCError(
        code: Code.noSuchReport, message: "No such report: \"\(id)\"", data: ["reportId": .string(id)])
    case .store(.reportsFull(let maximum)):
      .limitPassed(
        "savedReports", maximum: maximum, reason: "\(StoreError.reportsFull(maximumBytes: maximum))")
    case .store(let error):
      RPCError(
        code: Code.store, message: "Store: \(error)", data: ["reason": .string(Self.reason(error))])
    case .cancelled: .cancelled
    case .replyTooLarge: .replyTooLarge(maximum: Limits.replyBytes)
    case .invalidResult(let method, let errors):
      RPCError(
        code: RPCError.Code.internalError,
        message: "Internal error: the result of \(method) fails its schema; please report this",
        data: ["errors": .array(errors.map(\.json))])
    }
  }

  private static func reason(_ error: StoreError) -> String {
    switch error {
    case .busy: "busy"
    case .readOnly, .unwritable: "readOnly"
    case .usage, .noSuchFile, .isDirectory, .inputOutput, .reportsFull, .cancelled: "unavailable"
    case .unusableFile, .missingColumns, .unterminatedQuote, .badRow, .noEventTable, .damaged, .sqlite:
      "damaged"
    }
  }

  private static func summary(_ errors: [ValidationError]) -> String {
    guard let first = errors.first else { return "they fail their schema" }
    let place = first.instanceLocation.isEmpty ? "params" : first.instanceLocation
    return "\(place) \(first.error)" + (errors.count > 1 ? " (and \(errors.count - 1) more)" : "")
  }

  private static func list(_ known: [String]) -> String {
    let shown = 5
    guard !known.isEmpty else { return "none" }
    return known.prefix(shown).map { "\"\($0)\"" }.joined(separator: ", ")
      + (known.count > shown ? " and \(known.count - shown) more" : "")
  }
}
