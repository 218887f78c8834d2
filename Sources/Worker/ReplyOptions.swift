import JSON
import JSONSchema

/// What params say about the reply and not about the question: members that every method but `rpc.discover`
/// takes.
struct ReplyOptions {
  enum Format: String, CaseIterable {
    case json, csv
  }

  let format: Format
  /// What notifications of the progress are to carry; nil where none are wanted.
  let workDoneToken: JSONValue?

  /// Takes the options out of `params`.
  init(takenFrom params: inout JSONObject) throws(WorkerError) {
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
