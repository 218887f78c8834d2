import JSON
import JSONRPC
import Reporting
import Worker

/// The format in which a command prints a result, `--format`.
enum ResultFormat: String, CaseIterable {
  case table, csv, json, html, svg

  static let name = "--format"

  /// A table on a terminal. CSV in a file or a pipe, because a program reads it, and cut columns and
  /// thousands separators would hinder it.
  static func standard() -> ResultFormat { standardOutputIsTerminal() ? .table : .csv }

  /// Parses the value of the option.
  init(_ text: String) throws(CommandError) {
    guard let format = ResultFormat(rawValue: text) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw .usage("--format must be one of \(names), is \"\(text)\"")
    }
    self = format
  }
}

extension Worker {
  /// Prints the result of a method, and returns it; `table` renders it as text.
  @discardableResult
  func print(
    _ method: String, _ params: JSONObject, as format: ResultFormat, origin: DocumentOrigin,
    table: (JSONValue, Canvas) -> String
  ) throws(CommandError) -> JSONValue {
    let result = try result(of: method, params)
    try print(result, of: method, params, as: format, origin: origin, table: table)
    return result
  }

  /// Prints a result of the method `method` with `params`; `table` renders it as text.
  func print(
    _ result: JSONValue, of method: String, _ params: JSONObject, as format: ResultFormat,
    origin: DocumentOrigin, table: (JSONValue, Canvas) -> String
  ) throws(CommandError) {
    switch format {
    case .html, .svg:
      let format: DocumentFormat = format == .html ? .html : .svg
      let text: String
      do throws(RPCError) { text = try document(result, of: method, params, as: format, origin) } catch {
        throw .reply(error)
      }
      try writeStandardOutput(text)
    case .table:
      let canvas = Canvas(width: standardOutputWidth(), hasColors: standardOutputHasColors())
      try writeStandardOutput(table(result, canvas))
    case .csv:
      let text: String
      do throws(RPCError) { text = try csv(result, of: method, params) } catch { throw .reply(error) }
      try writeStandardOutput(text)
    case .json:
      try writeStandardOutput("\(result)\n")
    }
  }
}

extension Worker {
  /// The result of a method, computed in the same way as for a request of the protocol.
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
