import JSON

/// Finds how the numbers among a message's ids were written, which their values do not say (`1.50` is
/// `1.5`). Such ids are rare, so the line is walked again only for them, and only once.
struct NumberSpellings {
  private let line: [UInt8]
  private var found: [String?]?

  init(line: [UInt8]) {
    self.line = line
  }

  /// The text of the id of a batch's element, or of a single request as element 0.
  mutating func ofID(inElement element: Int) -> String? {
    if found == nil {
      var walk = IDWalk(line: line)
      found = walk.all()
    }
    return found.flatMap { element < $0.count ? $0[element] : nil }
  }
}

/// A walk over a line that is known to be JSON, past everything but the members of requests.
private struct IDWalk {
  let line: [UInt8]
  var offset = 0

  init(line: [UInt8]) {
    self.line = line
  }

  mutating func all() -> [String?] {
    guard next() == UInt8(ascii: "[") else { return [idOfElement()] }
    var ids: [String?] = []
    repeat {
      offset += 1
      ids.append(idOfElement())
    } while next() == UInt8(ascii: ",")
    return ids
  }

  /// Passes one element. Of several ids the last counts, as it does for the value.
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

  /// The next byte that is no white space, not passed.
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

  /// Passes a number, `true`, `false` or `null`.
  private mutating func skipWord() {
    while offset < line.count, !endsWord(line[offset]) { offset += 1 }
  }

  private func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case ...UInt8(ascii: " "), UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"): true
    default: false
    }
  }

  /// Whether a name's text, quotes and escapes with it, spells `id`.
  private func isID(_ text: ArraySlice<UInt8>) -> Bool {
    guard case .string(let name)? = try? JSONValue(parsing: Array(text), maximumDepth: 1) else {
      return false
    }
    return sameScalars(name, "id")
  }
}
