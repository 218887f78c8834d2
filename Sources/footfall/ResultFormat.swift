import JSON
import JSONRPC
import Reporting
import Worker

/// How a command prints a result, `--format`.
enum ResultFormat: String, CaseIterable {
  case table, csv, json

  static let name = "--format"

  /// People at a terminal want to read; what reads a file or a pipe is a program, which columns that fit a line
  /// and digits in groups would only hinder.
  static func standard() -> ResultFormat { standardOutputIsTerminal() ? .table : .csv }

  /// Takes the value of the option.
  init(_ text: String) throws(CommandError) {
    guard let format = ResultFormat(rawValue: text) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("--format must be one of \(names), is \"\(text)\"")
    }
    self = format
  }
}

extension Worker {
  /// Prints the result of a method; `table` makes text for people of it.
  func print(
    _ method: String, _ params: JSONObject, as format: ResultFormat, table: (JSONValue, Canvas) -> String
  ) throws(CommandError) {
    switch format {
    case .table:
      let canvas = Canvas(width: standardOutputWidth(), hasColors: standardOutputHasColors())
      try standardOutput(table(result(of: method, params), canvas))
    case .csv:
      var params = params
      params["format"] = "csv"
      try standardOutput(result(of: method, params)["text"]?.string ?? "")
    case .json:
      try standardOutput("\(result(of: method, params))\n")
    }
  }
}

extension Worker {
  /// The result of a method, by the way that requests of the protocol go.
  func result(of method: String, _ params: JSONObject) throws(CommandError) -> JSONValue {
    do throws(RPCError) {
      let request = Request(id: .integer(1), method: method, params: .object(params))
      guard case .result(let result, _) = try handle(request, in: RequestContext()) else {
        preconditionFailure("only a request that was cancelled has no result")
      }
      return result
    } catch {
      throw .reply(error)
    }
  }
}
