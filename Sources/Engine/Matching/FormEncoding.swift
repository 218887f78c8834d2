import System

/// Parses the name-value pairs of query strings by the rules of the WHATWG URL standard for
/// `application/x-www-form-urlencoded`: `+` is a space, `%XX` is a byte of UTF-8, invalid bytes become
/// U+FFFD. One leading `?` is dropped.
///
/// The bytes of a pair are in memory that is reused for the next pair.
public struct FormReader {
  private var name: [UInt8] = []
  private var value: [UInt8] = []

  public init() {}

  /// Calls `body` with every pair of `query`; the bytes are valid only during the call.
  public mutating func forEachPair(_ query: Bytes, _ body: (_ name: Bytes, _ value: Bytes) -> Void) {
    var start = query.first == UInt8(ascii: "?") ? 1 : 0
    while start < query.count {
      let end = query[start...].firstIndex(of: UInt8(ascii: "&")) ?? query.endIndex
      if end > start {
        let equals = query[start..<end].firstIndex(of: UInt8(ascii: "=")) ?? end
        Self.decode(query[start..<equals], into: &name)
        Self.decode(query[min(equals + 1, end)..<end], into: &value)
        name.withUnsafeBufferPointer { name in value.withUnsafeBufferPointer { body(name, $0) } }
      }
      start = end + 1
    }
  }

  private static func decode(_ text: Slice<Bytes>, into bytes: inout [UInt8]) {
    bytes.removeAll(keepingCapacity: true)
    var hasEscapedByte = false
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      if byte == UInt8(ascii: "%"), index + 1 < text.endIndex,
        let high = hexadecimalValue(text[index]), let low = hexadecimalValue(text[index + 1])
      {
        bytes.append(high << 4 | low)
        if high >= 8 { hasEscapedByte = true }
        index += 2
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    // Only escapes can produce invalid UTF-8; String replaces it by U+FFFD.
    if hasEscapedByte { bytes = Array(String(decoding: bytes, as: UTF8.self).utf8) }
  }
}

/// Returns the name-value pairs of a query string.
public func formPairs(_ query: Bytes) -> [(name: String, value: String)] {
  var pairs: [(name: String, value: String)] = []
  var reader = FormReader()
  reader.forEachPair(query) { name, value in
    pairs.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
  }
  return pairs
}
