/// The name-value pairs of a query string, as the WHATWG URL standard parses
/// `application/x-www-form-urlencoded`: `+` is a space, `%XX` a byte of UTF-8, bad bytes become U+FFFD.
/// One leading `?` is dropped.
public func formPairs(_ query: Bytes) -> [(name: String, value: String)] {
  let start = query.first == UInt8(ascii: "?") ? 1 : 0
  return query[start...].split(separator: UInt8(ascii: "&")).map { pair in
    let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
    return (decodeForm(pair[..<equals]), decodeForm(pair[equals...].dropFirst()))
  }
}

private func decodeForm(_ text: Slice<Bytes>) -> String {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count)
  var index = text.startIndex
  while index < text.endIndex {
    let byte = text[index]
    index += 1
    if byte == UInt8(ascii: "%"), index + 1 < text.endIndex,
      let high = hexadecimalValue(text[index]), let low = hexadecimalValue(text[index + 1])
    {
      bytes.append(high << 4 | low)
      index += 2
    } else {
      bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func hexadecimalValue(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
  default: nil
  }
}
