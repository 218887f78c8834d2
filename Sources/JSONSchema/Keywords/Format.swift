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
      case .uuid: UUIDFormat.accepts(utf8)
      }
    }
  }
}

/// RFC 4122: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
private enum UUIDFormat {
  static func accepts(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count == 36 else { return false }
    for (position, byte) in text.enumerated() {
      switch position {
      case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
      default: guard isHexadecimal(byte) else { return false }
      }
    }
    return true
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    0x30...0x39 ~= byte || 0x41...0x46 ~= byte & ~0x20
  }
}
