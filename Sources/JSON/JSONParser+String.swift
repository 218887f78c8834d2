import System

extension JSONParser {
  /// Parses a string, from its opening quote, at the current position, to its closing one.
  mutating func parseString() throws(JSONParseError) -> String {
    position += 1
    let start = position
    try skipPlainCharacters()
    if current == UInt8(ascii: "\"") {
      position += 1
      return text(start..<position - 1)
    }
    return try parseEscapedString(from: start)
  }

  /// Parses a string that began at `start` and has an escape at the current position.
  private mutating func parseEscapedString(from start: Int) throws(JSONParseError) -> String {
    unescaped.removeAll(keepingCapacity: true)
    var runStart = start
    while true {
      unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[runStart..<position]))
      if current == UInt8(ascii: "\"") { break }
      try parseEscape()
      runStart = position
      try skipPlainCharacters()
    }
    position += 1
    return String(decoding: unescaped, as: UTF8.self)
  }

  /// Skips unescaped characters up to the next quote or backslash.
  private mutating func skipPlainCharacters() throws(JSONParseError) {
    while true {
      position = bytes.endOfPlainRun(from: position, endsAtMultibyte: true)
      switch current {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        return
      case 0x80...:
        try skipMultibyteCharacter()
      case _ where position == bytes.count:
        throw unexpected("'\"' at the end of the string")
      case let control:
        throw JSONParseError(.controlCharacter(control), offset: position)
      }
    }
  }

  /// Skips a character of two to four bytes, well-formed by table 3-7 of the Unicode standard.
  private mutating func skipMultibyteCharacter() throws(JSONParseError) {
    let lead = bytes[position]
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: throw JSONParseError(.invalidUTF8, offset: position)
      }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]),
      length < 3 || bytes[position + 2] & 0xC0 == 0x80,
      length < 4 || bytes[position + 3] & 0xC0 == 0x80
    else { throw JSONParseError(.invalidUTF8, offset: position) }
    position += length
  }

  /// Parses one escape, from its backslash, and appends it to the unescaped text.
  private mutating func parseEscape() throws(JSONParseError) {
    position += 1
    switch current {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(current)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "u"):
      let scalar = try parseUnicodeEscape()
      unescaped.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
      return
    default:
      throw unexpected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
    }
    position += 1
  }

  /// Parses `uXXXX`, or two of them that form a surrogate pair.
  private mutating func parseUnicodeEscape() throws(JSONParseError) -> UnicodeScalar {
    let start = position - 1
    let first = try parseHexadecimalUnit()
    if let scalar = UnicodeScalar(first) { return scalar }
    if first < 0xDC00, current == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 1
      let second = try parseHexadecimalUnit()
      if 0xDC00...0xDFFF ~= second {
        return UTF16.decode(UTF16.EncodedScalar([first, second]))
      }
    }
    throw JSONParseError(.loneSurrogate(first), offset: start)
  }

  /// Parses the four hexadecimal digits after a `u`.
  private mutating func parseHexadecimalUnit() throws(JSONParseError) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = hexadecimalValue(current) else {
        throw unexpected("four hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  /// Returns the text of bytes that have been validated as UTF-8.
  func text(_ range: Range<Int>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
  }
}
