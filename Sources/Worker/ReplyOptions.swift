import JSON
import JSONSchema

/// The members of params that are about the reply. Every method except `rpc.discover` accepts them.
struct ReplyOptions {
  enum Format: String, CaseIterable {
    case json, csv
  }

  let format: Format
  /// The token of progress notifications; nil if the client does not want any.
  let workDoneToken: JSONValue?

  /// Removes the options from `params`. Null counts as a missing one.
  init(takenFrom params: inout JSONObject) throws(WorkerError) {
    for name in ["format", "workDoneToken"] where params[name] == .some(.null) { params[name] = nil }
    guard let format = Format(rawValue: params["format"].map { $0.string ?? "" } ?? "json") else {
      let names = Format.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw .invalidParams([.member("format", "must be one of \(names)")])
    }
    let token = params["workDoneToken"]
    guard token == nil || token?.string != nil || token?.wholeNumber != nil else {
      throw .invalidParams([.member("workDoneToken", "must be a string or a whole number")])
    }
    self.format = format
    workDoneToken = token
    params["format"] = nil
    params["workDoneToken"] = nil
  }
}
