import JSON
import JSONRPC

/// The errors of methods as an OpenRPC document has them.
///
/// Each method has its own copy: references are allowed here, but not all readers follow them.
enum OpenRPCErrors {
  private struct Entry {
    let code: Int
    let message: String
    /// The member of a method's params without which it has no such error; nil where every method has it.
    var member: String?
  }

  private static let entries = [
    Entry(code: RPCError.Code.invalidParams, message: "Invalid params"),
    Entry(code: RPCError.Code.internalError, message: "Internal error"),
    Entry(code: RPCError.Code.cancelled, message: "Request cancelled"),
    Entry(
      code: WorkerError.Code.noSuchWebsite, message: "No such website",
      member: "websiteId"),
    Entry(
      code: WorkerError.Code.noSuchReport, message: "No such report",
      member: "reportId"),
    Entry(code: WorkerError.Code.store, message: "Store"),
    Entry(code: RPCError.Code.limitPassed, message: "Limit passed"),
  ]

  /// Those of a method with these params.
  static func errors(for params: JSONObject) -> JSONValue {
    .array(
      entries.filter { entry in entry.member.map { params["properties"]?[$0] != nil } ?? true }
        .map { ["code": .integer(Int64($0.code)), "message": .string($0.message)] })
  }
}
