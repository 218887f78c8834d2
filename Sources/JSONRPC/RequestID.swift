import JSON

/// The `id` of a request (section 4 of the specification): a string, a number or null. The reply
/// carries it back.
public enum RequestID: Sendable {
  case null
  case string(String)
  case integer(Int64)
  /// Any other number, spelled as it was sent (`1.50`, `1e3`), so that it goes back the same.
  case number(String)
}

extension RequestID {
  func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.writeNull()
    case .string(let text): json.write(text)
    case .integer(let number): json.write(number)
    case .number(let spelling): json.write(text: spelling.utf8)
    }
  }
}
