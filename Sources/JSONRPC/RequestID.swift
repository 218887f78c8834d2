import JSON

/// The `id` of a request (section 4 of the specification): a string, a number or null. The reply repeats it.
public enum RequestID: Sendable {
  case null
  case string(String)
  case integer(Int64)
  /// Any other number, as it was written (`1.50`, `1e3`), so that the reply repeats it exactly.
  case number(String)
}

extension RequestID: Hashable {
  /// Whether two ids were written the same way; strings are compared by scalars.
  public static func == (a: RequestID, b: RequestID) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.integer(let a), .integer(let b)): a == b
    case (.string(let a), .string(let b)), (.number(let a), .number(let b)): sameScalars(a, b)
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .null: hasher.combine(0)
    case .integer(let number): hasher.combine(number)
    case .string(let text), .number(let text): hasher.combine(scalarsOf: text)
    }
  }
}

extension RequestID {
  func write(to json: inout JSONWriter) {
    switch self {
    case .null: json.writeNull()
    case .string(let text): json.write(text)
    case .integer(let number): json.write(number)
    case .number(let lexeme): json.write(text: lexeme.utf8)
    }
  }
}
