import System

/// The supported formats, all of which are asserted (validation, section 7.3).
enum Format: String, CaseIterable, Sendable {
  case dateTime = "date-time"
  case uuid

  static var names: String { allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ") }

  var explanation: String {
    switch self {
    case .dateTime: "a date and time (RFC 3339) such as 2025-03-01T09:30:00Z"
    case .uuid: "a UUID such as 8a5ff68d-8d5e-4bd7-958e-3675404ceb40"
    }
  }

  func accepts(_ text: String) -> Bool {
    text.utf8.span.withUnsafeBufferPointer { utf8 in
      switch self {
      case .dateTime: DateTimeFormat.accepts(utf8)
      case .uuid: UUIDBits(utf8) != nil
      }
    }
  }
}
