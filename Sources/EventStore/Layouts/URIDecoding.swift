import Engine

/// Undoes percent escapes as ECMAScript's `decodeURI` does, since that is how Umami stores paths: escapes of
/// characters that mean something in an address stay, and a text with a wrong escape stays whole.
///
/// The result is `text` itself, or stands in `fields` until the next row.
func decodeURI(_ text: Bytes, keepingIn fields: CSVFields) -> Bytes {
  let percent = UInt8(ascii: "%")
  guard text.contains(percent) else { return text }
  var isWellFormed = true
  let decoded = fields.keep(capacity: text.count) { target in
    var length = 0
    var index = 0
    while index < text.count {
      var byte = text[index]
      if byte == percent {
        guard let escaped = escapedByte(text, at: index) else {
          isWellFormed = false
          return 0
        }
        if !staysEscaped(escaped) {
          byte = escaped
          index += 2
        }
      }
      target[length] = byte
      length += 1
      index += 1
    }
    return length
  }
  return isWellFormed && isUTF8(decoded) ? decoded : text
}

/// The byte that `%XX` at `index` stands for.
private func escapedByte(_ text: Bytes, at index: Int) -> UInt8? {
  guard index + 2 < text.count, let high = hexadecimalValue(text[index + 1]),
    let low = hexadecimalValue(text[index + 2])
  else { return nil }
  return high << 4 | low
}

/// The reserved characters of ECMAScript's `decodeURI`, and NUL, which no text column takes.
private func staysEscaped(_ byte: UInt8) -> Bool {
  byte == 0 || ";/?:@&=+$,#".utf8.contains(byte)
}
