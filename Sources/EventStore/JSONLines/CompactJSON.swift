import Engine
import System

/// A JSON text without the spaces between its tokens, and with only those escapes that strings need: the same
/// text for the same value, as in events that are appended.
///
/// - Parameter text: valid JSON.
func compactJSON(_ text: Bytes, _ fields: RowFields) -> Bytes {
  guard text.contains(where: { $0 <= 0x20 || $0 == UInt8(ascii: "\\") }) else { return text }
  return fields.keep(capacity: text.count) { target in
    var length = 0
    var index = 0
    var isInString = false
    while index < text.count {
      let byte = text[index]
      if isInString, byte == UInt8(ascii: "\\") {
        for byte in escaped(escapedScalar(text, &index)) {
          target[length] = byte
          length += 1
        }
        continue
      }
      if byte == UInt8(ascii: "\"") { isInString.toggle() }
      if isInString || byte > 0x20 {
        target[length] = byte
        length += 1
      }
      index += 1
    }
    return length
  }
}

/// A character as a JSON string contains it: never longer than it may have been written.
private func escaped(_ scalar: Unicode.Scalar) -> [UInt8] {
  switch scalar {
  case "\"", "\\": return [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
  case "\u{8}": return Array("\\b".utf8)
  case "\u{C}": return Array("\\f".utf8)
  case "\n": return Array("\\n".utf8)
  case "\r": return Array("\\r".utf8)
  case "\t": return Array("\\t".utf8)
  case "\0"..<" ":
    let value = UInt8(truncatingIfNeeded: scalar.value)
    return Array("\\u00".utf8) + [hexadecimalDigit(value >> 4), hexadecimalDigit(value & 15)]
  default: return Array(UTF8.encode(scalar).unsafelyUnwrapped)
  }
}
