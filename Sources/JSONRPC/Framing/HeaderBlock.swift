/// The header of one message, read line by line.
struct HeaderBlock: Sendable {
  /// What a header says about its message.
  struct Content: Sendable {
    let bytes: Int
    /// Why the message is rejected although its length is known.
    let rejection: String?
  }

  /// Why a header is invalid.
  struct InvalidHeader: Error {
    let reason: String
  }

  /// The start of a header when the framing resynchronizes, in lower case.
  static let lengthField = Array("content-length:".utf8)

  /// The size of the lines so far.
  private(set) var bytes = 0
  private var contentBytes: Int?
  private var rejection: String?

  var isEmpty: Bool { bytes == 0 }

  /// Parses a line without its `\n`. An empty line ends the header and returns what it says; before the first field, an
  /// empty line is ignored.
  mutating func parse(_ line: [UInt8]) throws(InvalidHeader) -> Content? {
    let line = String(decoding: line, as: UTF8.self)
    let field = trimmed(line[...])
    if field.isEmpty {
      if isEmpty { return nil }
      guard let contentBytes else {
        throw InvalidHeader(reason: "expected a Content-Length in the header, found none")
      }
      return Content(bytes: contentBytes, rejection: rejection)
    }
    bytes += line.utf8.count + 1
    guard let colon = field.firstIndex(of: ":"), colon != field.startIndex,
      field[..<colon].utf8.allSatisfy(isTokenByte)
    else {
      throw InvalidHeader(
        reason: "expected a header field such as Content-Length: 52, found \"\(shortened(field))\"")
    }
    try parseField(field[..<colon].lowercased(), trimmed(field[field.index(after: colon)...]))
    return nil
  }

  private mutating func parseField(_ name: String, _ value: Substring) throws(InvalidHeader) {
    switch name {
    case "content-length":
      guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value) else {
        throw InvalidHeader(
          reason: "expected Content-Length to be a number of bytes, found \"\(shortened(value))\"")
      }
      if let contentBytes, contentBytes != number {
        throw InvalidHeader(reason: "expected one Content-Length, found \(contentBytes) and \(number)")
      }
      contentBytes = number
    case "content-type":
      if let charset = charset(of: value), charset != "utf-8", charset != "utf8" {
        rejection = "expected a Content-Type with the charset utf-8, found \"\(shortened(charset[...]))\""
      }
    default: break
    }
  }

  /// The `charset` parameter of a media type, in lower case and without quotes.
  private func charset(of mediaType: Substring) -> String? {
    for parameter in mediaType.split(separator: ";").dropFirst() {
      let parts = parameter.split(separator: "=", maxSplits: 1)
      if parts.count == 2, trimmed(parts[0]).lowercased() == "charset" {
        return trimmed(parts[1]).lowercased().filter { $0 != "\"" }
      }
    }
    return nil
  }
}

/// The start of a text, for an error message.
private func shortened(_ text: Substring) -> String {
  text.count > 40 ? "\(text.prefix(40))…" : String(text)
}

/// Removes spaces, tabs and returns at both ends.
private func trimmed(_ text: Substring) -> Substring {
  let scalars = text.unicodeScalars.drop(while: isBlank)
  guard let last = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
  return Substring(scalars[...last])
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  scalar == " " || scalar == "\t" || scalar == "\r"
}

/// Whether a byte may be part of a field's name (`tchar` in RFC 9110, section 5.6.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
  }
}
