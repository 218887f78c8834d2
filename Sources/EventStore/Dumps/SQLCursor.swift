import Engine

/// Reads the words and names at the start of an SQL statement.
struct SQLCursor {
  let bytes: Bytes
  private(set) var position: Int
  private let end: Int

  init(_ bytes: Bytes, at position: Int, before end: Int) {
    self.bytes = bytes
    self.position = position
    self.end = min(end, bytes.count)
  }

  var isAtEnd: Bool { position >= end }

  private var byte: UInt8? { position < end ? bytes[position] : nil }

  mutating func skipSpace() {
    while let byte, byte <= UInt8(ascii: " ") { position += 1 }
  }

  /// Whether a keyword follows, in any case; it is passed over. Space before it is passed over in any case.
  mutating func word(_ word: String) -> Bool {
    skipSpace()
    var cursor = position
    for expected in word.utf8 {
      guard cursor < end, lowercased(bytes[cursor]) == lowercased(expected) else { return false }
      cursor += 1
    }
    if cursor < end, Self.isWord(bytes[cursor]) { return false }
    position = cursor
    return true
  }

  /// Whether this byte follows, after space; it is passed over.
  mutating func character(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard byte == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// A name, which may be quoted with `"` or backticks; nil if none follows.
  mutating func name() -> String? {
    skipSpace()
    guard let first = byte else { return nil }
    guard first == UInt8(ascii: "\"") || first == UInt8(ascii: "`") else {
      let start = position
      while let byte, Self.isWord(byte) { position += 1 }
      return start < position ? String(decoding: bytes[start..<position], as: UTF8.self) : nil
    }
    var text: [UInt8] = []
    var cursor = position + 1
    while cursor < end {
      if bytes[cursor] == first {
        guard cursor + 1 < end, bytes[cursor + 1] == first else {
          position = cursor + 1
          return String(decoding: text, as: UTF8.self)
        }
        cursor += 1
      }
      text.append(bytes[cursor])
      cursor += 1
    }
    return nil
  }

  /// The last part of a name such as `public.website_event`, and the whole as it is written.
  mutating func qualifiedName() -> (last: String, whole: String)? {
    skipSpace()
    let start = position
    guard var last = name() else { return nil }
    while byte == UInt8(ascii: ".") {
      position += 1
      guard let next = name() else { return nil }
      last = next
    }
    return (last, String(decoding: bytes[start..<position], as: UTF8.self))
  }

  /// The names of a list such as `(a, "b")`; nil if there is none.
  mutating func names() -> [String]? {
    guard character("(") else { return nil }
    var names: [String] = []
    repeat {
      guard names.count < DataLimits.standard.csvColumns, let name = name() else { return nil }
      names.append(name)
    } while character(",")
    return character(")") ? names : nil
  }

  /// The names of the columns in the parentheses of a CREATE TABLE statement; nil if they cannot be read.
  mutating func columnDefinitions(_ dialect: SQLDialect) -> [String]? {
    guard character("(") else { return nil }
    var columns: [String] = []
    repeat {
      skipSpace()
      let isQuoted = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
      guard columns.count < DataLimits.standard.csvColumns, let name = name() else { return nil }
      if isQuoted || !Self.constraints.contains(name.lowercased()) { columns.append(name) }
      guard skipDefinition(dialect) else { return nil }
    } while character(",")
    return character(")") ? columns : nil
  }

  /// The first words of those definitions of a CREATE TABLE statement that are not columns.
  private static let constraints: Set<String> = [
    "primary", "key", "index", "unique", "constraint", "foreign", "check", "fulltext", "spatial", "exclude",
    "like",
    "period",
  ]

  /// Passes over the rest of a definition, up to the comma or parenthesis that ends it; false if neither follows.
  private mutating func skipDefinition(_ dialect: SQLDialect) -> Bool {
    var depth = 0
    while let byte {
      switch byte {
      case UInt8(ascii: ",") where depth == 0: return true
      case UInt8(ascii: ")") where depth == 0: return true
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        position += 1
        while let next = self.byte, next != byte {
          position += next == UInt8(ascii: "\\") && dialect.hasBackslashEscapes ? 2 : 1
        }
      default: break
      }
      position += 1
    }
    return false
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
    default: false
    }
  }
}
