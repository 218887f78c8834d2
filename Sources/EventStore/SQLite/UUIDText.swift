import Engine

/// 16 bytes as a UUID in canonical form (RFC 9562, section 4).
func uuidText(_ bytes: some Collection<UInt8>) -> String {
  precondition(bytes.count == 16)
  return String(unsafeUninitializedCapacity: 36) { text in
    var length = 0
    for byte in bytes {
      if length == 8 || length == 13 || length == 18 || length == 23 {
        text[length] = UInt8(ascii: "-")
        length += 1
      }
      text[length] = hexadecimalDigit(byte >> 4)
      text[length + 1] = hexadecimalDigit(byte & 0xF)
      length += 2
    }
    return length
  }
}

/// The 16 bytes of a UUID that is written in canonical form, else nil.
func uuidBytes(_ text: String) -> [UInt8]? {
  let characters = Array(text.utf8)
  guard characters.count == 36 else { return nil }
  var bytes: [UInt8] = []
  var index = 0
  while index < 36 {
    if index == 8 || index == 13 || index == 18 || index == 23 {
      guard characters[index] == UInt8(ascii: "-") else { return nil }
      index += 1
    }
    guard let high = hexadecimalValue(characters[index]), let low = hexadecimalValue(characters[index + 1])
    else { return nil }
    bytes.append(high << 4 | low)
    index += 2
  }
  return bytes
}

extension Statement {
  /// An id as text, whatever its type: a blob of 16 bytes is a UUID.
  func identifierText(_ column: Int32) -> String {
    isUUID(column) ? uuidText(bytes(column)) : text(column)
  }

  /// The same as bytes, which stand in `arena` where they are not SQLite's own.
  func identifier(_ column: Int32, _ arena: ByteArena) -> Bytes {
    isUUID(column) ? arena.keep(identifierText(column)) : bytes(column)
  }

  private func isUUID(_ column: Int32) -> Bool { type(column) == .blob && bytes(column).count == 16 }
}
