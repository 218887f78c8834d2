import JSON

/// The source texts of a message's numeric ids. Replies repeat an id as it was written, which its value does not say
/// (`1.50` equals `1.5`). Such ids are rare, so the line is scanned for them only if one occurs, and only once.
struct NumericIDLexemes {
  private let line: [UInt8]
  private var lexemes: [String?]?

  init(line: [UInt8]) {
    self.line = line
  }

  /// The text of the id of a batch's element. A single request is element 0.
  mutating func lexeme(ofElement element: Int) -> String? {
    if lexemes == nil {
      var scanner = IDScanner(line: line)
      lexemes = scanner.scan()
    }
    return lexemes.flatMap { element < $0.count ? $0[element] : nil }
  }
}

/// Scans a line of valid JSON for the ids of its requests, and skips everything else.
private struct IDScanner {
  let line: [UInt8]
  var offset = 0

  init(line: [UInt8]) {
    self.line = line
  }

  mutating func scan() -> [String?] {
    guard next() == UInt8(ascii: "[") else { return [idOfElement()] }
    var ids: [String?] = []
    repeat {
      offset += 1
      ids.append(idOfElement())
    } while next() == UInt8(ascii: ",")
    return ids
  }

  /// Scans one element. If it has several ids, the last one counts, as in the parsed value.
  private mutating func idOfElement() -> String? {
    guard next() == UInt8(ascii: "{") else {
      skipValue()
      return nil
    }
    var id: String?
    repeat {
      offset += 1
      if next() == UInt8(ascii: "}") { break }
      let name = textOfValue()
      _ = next()
      offset += 1
      let value = textOfValue()
      if isID(name) { id = String(decoding: value, as: UTF8.self) }
    } while next() == UInt8(ascii: ",")
    offset += 1
    return id
  }

  /// The next byte that is not white space; does not advance past it.
  private mutating func next() -> UInt8? {
    while offset < line.count, line[offset] <= UInt8(ascii: " ") { offset += 1 }
    return offset < line.count ? line[offset] : nil
  }

  private mutating func textOfValue() -> ArraySlice<UInt8> {
    _ = next()
    let start = offset
    skipValue()
    return line[start..<offset]
  }

  private mutating func skipValue() {
    var depth = 0
    repeat {
      switch next() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        offset += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        offset += 1
      case UInt8(ascii: "\""): skipString()
      case UInt8(ascii: ","), UInt8(ascii: ":"): offset += 1
      case nil: return
      default: skipWord()
      }
    } while depth > 0
  }

  private mutating func skipString() {
    offset += 1
    while offset < line.count, line[offset] != UInt8(ascii: "\"") {
      offset += line[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    offset += 1
  }

  /// Skips a number, `true`, `false` or `null`.
  private mutating func skipWord() {
    while offset < line.count, !endsWord(line[offset]) { offset += 1 }
  }

  private func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case ...UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// Whether a member's name, a JSON string with quotes and escapes, is `id`.
  private func isID(_ text: ArraySlice<UInt8>) -> Bool {
    guard case .string(let name)? = try? JSONValue(parsing: Array(text), maximumDepth: 1) else {
      return false
    }
    return sameScalars(name, "id")
  }
}
