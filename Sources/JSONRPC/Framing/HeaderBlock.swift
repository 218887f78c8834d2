/// The header of one message, read line by line.
struct HeaderBlock: Sendable {
  /// What a header says of the message behind it.
  struct Content: Sendable {
    let bytes: Int
    /// Why the message is not to be read, although its length is known.
    let refusal: String?
  }

  /// Why a header cannot be read.
  struct Fault: Error {
    let reason: String
  }

  /// What a header begins with, where it is looked for, in lower case.
  static let lengthField = Array("content-length:".utf8)

  /// How many bytes its lines have had.
  private(set) var bytes = 0
  private var contentBytes: Int?
  private var refusal: String?

  var isEmpty: Bool { bytes == 0 }

  /// Takes a line without its `\n`. The empty one ends the header and gives what it says; before the first
  /// field it means nothing.
  mutating func take(_ line: [UInt8]) throws(Fault) -> Content? {
    let line = String(decoding: line, as: UTF8.self)
    let field = trimmed(line[...])
    if field.isEmpty {
      if isEmpty { return nil }
      guard let contentBytes else {
        throw Fault(reason: "expected a Content-Length in the header, found none")
      }
      return Content(bytes: contentBytes, refusal: refusal)
    }
    bytes += line.utf8.count + 1
    guard let colon = field.firstIndex(of: ":"), colon != field.startIndex,
      field[..<colon].utf8.allSatisfy(isTokenByte)
    else {
      throw Fault(reason: "expected a header field such as Content-Length: 52, found \"\(shown(field))\"")
    }
    try takeField(field[..<colon].lowercased(), trimmed(field[field.index(after: colon)...]))
    return nil
  }

  private mutating func takeField(_ name: String, _ value: Substring) throws(Fault) {
    switch name {
    case "content-length":
      guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value) else {
        throw Fault(reason: "expected Content-Length to be a number of bytes, found \"\(shown(value))\"")
      }
      if let contentBytes, contentBytes != number {
        throw Fault(reason: "expected one Content-Length, found \(contentBytes) and \(number)")
      }
      contentBytes = number
    case "content-type":
      if let charset = charset(of: value), charset != "utf-8", charset != "utf8" {
        refusal = "expected a Content-Type with the charset utf-8, found \"\(shown(charset[...]))\""
      }
    default: break
    }
  }

  /// The charset that a media type names, in lower case and without quotes.
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

/// A text as an error shows it.
private func shown(_ text: Substring) -> String {
  text.count > 40 ? "\(text.prefix(40))…" : String(text)
}

/// Without spaces, tabs and returns at its ends.
private func trimmed(_ text: Substring) -> Substring {
  let scalars = text.unicodeScalars.drop(while: isBlank)
  guard let last = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
  return Substring(scalars[...last])
}

private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  scalar == " " || scalar == "\t" || scalar == "\r"
}

/// Whether a byte may stand in a field's name (`tchar` in RFC 9110, section 5.6.2).
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"):
    true
  default: Array("!#$%&'*+-.^_`|~".utf8).contains(byte)
  }
}
