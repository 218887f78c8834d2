import Engine
import System

/// Reads the tokens of JSON text (RFC 8259, strictly) in place: a string without escapes is a slice of the text.
///
/// `JSONParser` of the module `JSON` reads messages: it makes values, counts them, and keeps exact decimals. Lines of files
/// need no values, and making them would take most of the time.
///
/// Every value is checked in full, also one that is skipped, so that a line is accepted exactly if it is JSON.
/// The text must be UTF-8.
struct JSONReader {
  /// Sound: positions stay within `0...end`, and no byte at `end` is read.
  private let base: UnsafePointer<UInt8>
  private(set) var position: Int
  let end: Int
  private let maximumDepth: Int
  /// Where texts with escapes are stored without them, until the next row.
  private let fields: RowFields

  init(
    _ base: UnsafePointer<UInt8>, _ range: Range<Int>, maximumDepth: Int, _ fields: RowFields
  ) {
    self.base = base
    self.maximumDepth = maximumDepth
    self.fields = fields
    position = range.lowerBound
    end = range.upperBound
  }

  /// The byte at the position; 0 at the end, which no token contains.
  @inline(__always)
  var current: UInt8 { position < end ? base[position] : 0 }

  var isAtEnd: Bool { position == end }

  /// A slice of the text.
  @inline(__always)
  func slice(_ start: Int, _ end: Int) -> Bytes { Bytes(start: base + start, count: end - start) }

  @inline(__always)
  mutating func skipSpace() {
    while position < end {
      switch base[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position &+= 1
      default: return
      }
    }
  }

  /// Skips `byte` if it is next.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, base[position] == byte else { return false }
    position &+= 1
    return true
  }

  func unexpected(_ expected: StaticString) -> RowDefect { failure(expected, at: position) }

  private func failure(_ expected: StaticString, at offset: Int) -> RowDefect {
    let found = offset < end ? base[offset] : nil
    return .unexpected(expected: "\(expected)", found: found, offset: offset)
  }
}

extension JSONReader {
  /// The members of an object, from its opening brace; calls `body` at the value of each, which must read it.
  ///
  /// - Parameter depth: how many arrays and objects contain the object.
  @inline(__always)
  mutating func readMembers(
    depth: Int, _ body: (inout JSONReader, _ name: Bytes) throws(RowDefect) -> Void
  ) throws(RowDefect) {
    try open(depth)
    if take(UInt8(ascii: "}")) { return }
    while true {
      guard current == UInt8(ascii: "\"") else { throw unexpected("a member name in double quotes") }
      let name = try readString()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw unexpected("':' after the member name") }
      skipSpace()
      try body(&self, name)
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
        continue
      }
      if take(UInt8(ascii: "}")) { return }
      throw unexpected("',' or '}' after the member")
    }
  }

  /// The elements of an array, from its opening bracket; calls `body` at each, which must read it.
  @inline(__always)
  mutating func readElements(
    depth: Int, _ body: (inout JSONReader) throws(RowDefect) -> Void
  ) throws(RowDefect) {
    try open(depth)
    if take(UInt8(ascii: "]")) { return }
    while true {
      try body(&self)
      skipSpace()
      if take(UInt8(ascii: ",")) {
        skipSpace()
        continue
      }
      if take(UInt8(ascii: "]")) { return }
      throw unexpected("',' or ']' after the element")
    }
  }

  /// Takes an opening bracket and the space after it.
  @inline(__always)
  private mutating func open(_ depth: Int) throws(RowDefect) {
    guard depth < maximumDepth else { throw .nestedTooDeep(maximum: maximumDepth) }
    position &+= 1
    skipSpace()
  }

  /// Skips a value of any kind.
  mutating func skipValue(depth: Int) throws(RowDefect) {
    switch current {
    case UInt8(ascii: "\""): _ = try scanString()
    case UInt8(ascii: "{"):
      try readMembers(depth: depth) { reader, _ throws(RowDefect) in try reader.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      try readElements(depth: depth) { reader throws(RowDefect) in try reader.skipValue(depth: depth + 1) }
    default: _ = try readScalar()
    }
  }

  /// Reads a value that is no string, object or array, as it is written.
  mutating func readScalar() throws(RowDefect) -> Bytes {
    let start = position
    switch current {
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
    case UInt8(ascii: "t"): try skip(word: "true")
    case UInt8(ascii: "f"): try skip(word: "false")
    case UInt8(ascii: "n"): try skip(word: "null")
    default: throw unexpected("a value")
    }
    return slice(start, position)
  }

  private mutating func skip(word: StaticString) throws(RowDefect) {
    for offset in 0..<word.utf8CodeUnitCount {
      // Sound: the offset is within the literal's own bytes.
      guard current == word.utf8Start[offset] else { throw unexpected("a value") }
      position += 1
    }
  }

  private mutating func skipNumber() throws(RowDefect) {
    _ = take(UInt8(ascii: "-"))
    let hasLeadingZero = current == UInt8(ascii: "0")
    let digits = try skipDigits()
    if hasLeadingZero, digits > 1 {
      throw failure("no digit after a leading zero", at: position - digits + 1)
    }
    if take(UInt8(ascii: ".")) { _ = try skipDigits() }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      if !take(UInt8(ascii: "-")) { _ = take(UInt8(ascii: "+")) }
      _ = try skipDigits()
    }
  }

  private mutating func skipDigits() throws(RowDefect) -> Int {
    let start = position
    while position < end, base[position] &- UInt8(ascii: "0") < 10 { position &+= 1 }
    guard position > start else { throw unexpected("a digit") }
    return position - start
  }
}

extension JSONReader {
  /// The text of the string whose opening quote is next.
  @inline(__always)
  mutating func readString() throws(RowDefect) -> Bytes {
    let start = position &+ 1
    let hasEscapes = try scanString()
    let raw = slice(start, position &- 1)
    return hasEscapes ? unescaped(raw) : raw
  }

  /// Skips the string whose opening quote is next; returns whether it has escapes, which are valid.
  @inline(__always)
  mutating func scanString() throws(RowDefect) -> Bool {
    position &+= 1
    var hasEscapes = false
    while true {
      position = endOfPlainRun(from: position)
      switch current {
      case UInt8(ascii: "\""):
        position &+= 1
        return hasEscapes
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try skipEscape()
      case _ where position == end: throw unexpected("'\"' at the end of the string")
      default: throw unexpected("an escape instead of a control character")
      }
    }
  }

  /// The first position from `start` on of a quote, a backslash or a control character.
  @inline(__always)
  private func endOfPlainRun(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = start
    // Sound: every word that is read ends before `end`.
    while position &+ 8 <= end {
      let word = loadWord(base + position)
      // Each term sets the top bit of the ASCII bytes that it searches for. A borrow affects only bytes after
      // such a hit, and only the first hit counts.
      let quotes = (word ^ (ones &* 0x22)) &- ones
      let backslashes = (word ^ (ones &* 0x5C)) &- ones
      let controls = word &- ones &* 0x20
      let hits = (quotes | backslashes | controls) & ~word & (ones &* 0x80)
      if hits != 0 { return position &+ hits.trailingZeroBitCount / 8 }
      position &+= 8
    }
    while position < end, base[position] >= 0x20, base[position] != UInt8(ascii: "\""),
      base[position] != UInt8(ascii: "\\")
    {
      position &+= 1
    }
    return position
  }

  private mutating func skipEscape() throws(RowDefect) {
    position += 1
    switch current {
    case UInt8(ascii: "u"):
      let start = position - 1
      let unit = try readUnit()
      if unit == 0 { throw .nulByte }
      guard 0xD800...0xDFFF ~= unit else { return }
      // One half of a surrogate pair is no character.
      guard unit < 0xDC00, take(UInt8(ascii: "\\")), current == UInt8(ascii: "u"),
        0xDC00...0xDFFF ~= (try readUnit())
      else { throw failure("a pair of surrogates", at: start) }
    case _ where isSimpleEscape(current): position += 1
    default: throw unexpected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX")
    }
  }

  /// The code unit of `uXXXX`.
  private mutating func readUnit() throws(RowDefect) -> UInt16 {
    position += 1
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard position < end, let digit = hexadecimalValue(base[position]) else {
        throw unexpected("four hexadecimal digits after \\u")
      }
      unit = unit << 4 | UInt16(digit)
      position += 1
    }
    return unit
  }

  /// The text of `raw` with its escapes decoded; they are valid.
  func unescaped(_ raw: Bytes) -> Bytes {
    fields.keep(capacity: raw.count) { target in
      var length = 0
      var index = 0
      while index < raw.count {
        guard raw[index] == UInt8(ascii: "\\") else {
          target[length] = raw[index]
          length += 1
          index += 1
          continue
        }
        // Every character is shorter than its escape.
        for byte in UTF8.encode(escapedScalar(raw, &index)).unsafelyUnwrapped {
          target[length] = byte
          length += 1
        }
      }
      return length
    }
  }
}

private func isSimpleEscape(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
    true
  default: false
  }
}

/// The character of the valid escape at `index`, which moves behind it.
func escapedScalar(_ text: Bytes, _ index: inout Int) -> Unicode.Scalar {
  let letter = text[index + 1]
  index += 2
  switch letter {
  case UInt8(ascii: "b"): return "\u{8}"
  case UInt8(ascii: "f"): return "\u{C}"
  case UInt8(ascii: "n"): return "\n"
  case UInt8(ascii: "r"): return "\r"
  case UInt8(ascii: "t"): return "\t"
  case UInt8(ascii: "u"):
    let first = unit(text, &index)
    if let scalar = Unicode.Scalar(first) { return scalar }
    index += 2
    return UTF16.decode(UTF16.EncodedScalar([first, unit(text, &index)]))
  default: return Unicode.Scalar(letter)
  }
}

private func unit(_ text: Bytes, _ index: inout Int) -> UInt16 {
  defer { index += 4 }
  return text[index..<index + 4].reduce(0) { $0 << 4 | UInt16(hexadecimalValue($1) ?? 0) }
}
