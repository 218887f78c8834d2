import JSON
import JSONSchema
import Reporting

/// The members of params that are about the reply. Every method except `rpc.discover` accepts them.
struct ReplyOptions {
  enum Format {
    case json, csv
    case document(DocumentFormat)

    static let names = ["json", "csv", "html", "svg"]

    init?(_ name: String) {
      switch name {
      case "json": self = .json
      case "csv": self = .csv
      default:
        guard let format = DocumentFormat(rawValue: name) else { return nil }
        self = .document(format)
      }
    }
  }

  let format: Format
  /// The token of progress notifications; nil if the client does not want any.
  let workDoneToken: JSONValue?

  /// Removes the options from `params`. Null counts as a missing one.
  init(takenFrom params: inout JSONObject) throws(WorkerError) {
    for name in ["format", "workDoneToken"] where params[name] == .some(.null) { params[name] = nil }
    guard let format = Format(params["format"].map { $0.string ?? "" } ?? "json") else {
      let names = Format.names.map { "\"\($0)\"" }.joined(separator: ", ")
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
