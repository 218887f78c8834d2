import JSON
import JSONRPC

/// The error lists of an OpenRPC document.
///
/// Each method has its own copy. OpenRPC allows references here, but not all readers follow them.
enum OpenRPCErrors {
  private struct Entry {
    let code: Int
    let message: String
    /// Only methods with this member in their params have the error; nil if every method has it.
    var member: String?
  }

  private static let entries = [
    Entry(code: RPCError.Code.invalidParams, message: "Invalid params"),
    Entry(code: RPCError.Code.internalError, message: "Internal error"),
    Entry(code: RPCError.Code.cancelled, message: "Request cancelled"),
    Entry(
      code: WorkerError.Code.unknownWebsite, message: "Unknown website",
      member: "websiteId"),
    Entry(
      code: WorkerError.Code.unknownReport, message: "Unknown report",
      member: "reportId"),
    Entry(code: WorkerError.Code.store, message: "Store"),
    Entry(code: RPCError.Code.limitExceeded, message: "Limit exceeded"),
  ]

  /// The errors of a method with these params.
  static func errors(for params: JSONObject) -> JSONValue {
    .array(
      entries.filter { entry in entry.member.map { params["properties"]?[$0] != nil } ?? true }
        .map { ["code": .integer(Int64($0.code)), "message": .string($0.message)] })
  }
}
