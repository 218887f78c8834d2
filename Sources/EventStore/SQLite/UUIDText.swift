import Engine

/// Writes 16 bytes as a UUID in canonical form (RFC 9562, section 4) to `target`, which has room for its
/// 36 characters.
func writeUUID(_ bytes: some Sequence<UInt8>, to target: UnsafeMutablePointer<UInt8>) {
  var length = 0
  for byte in bytes {
    if length == 8 || length == 13 || length == 18 || length == 23 {
      target[length] = UInt8(ascii: "-")
      length += 1
    }
    target[length] = hexadecimalDigit(byte >> 4)
    target[length + 1] = hexadecimalDigit(byte & 0xF)
    length += 2
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
  /// An id as text: a blob of 16 bytes is a UUID, written to `arena`.
  func identifier(_ column: Int32, _ arena: ByteArena) -> Bytes {
    let value = bytes(column)
    guard value.count == 16, type(column) == .blob else { return value }
    let text = arena.allocate(36)
    writeUUID(value, to: text)
    return Bytes(start: text, count: 36)
  }

  func identifierText(_ column: Int32) -> String {
    String(decoding: identifier(column, ByteArena()), as: UTF8.self)
  }
}
