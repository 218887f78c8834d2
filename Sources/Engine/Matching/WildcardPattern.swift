/// What a step or a goal asks of a text: equal to the pattern, where each `*` stands for any run of
/// characters, the empty one included, and `\*` for a star ("Matching" in the reports' contract).
/// Nothing else is special.
public struct WildcardPattern: Sendable {
  /// The literal bytes between the stars: one piece more than there are stars.
  private let pieces: [[UInt8]]

  public init(_ pattern: String) {
    var pieces: [[UInt8]] = [[]]
    var isEscaped = false
    for byte in pattern.utf8 {
      if isEscaped, byte != UInt8(ascii: "*") { pieces[pieces.count - 1].append(UInt8(ascii: "\\")) }
      switch byte {
      case UInt8(ascii: "*") where !isEscaped: pieces.append([])
      case UInt8(ascii: "\\") where !isEscaped:
        isEscaped = true
        continue
      case UInt8(ascii: "\\"): continue  // the first of two stands; the second may escape a star
      default: pieces[pieces.count - 1].append(byte)
      }
      isEscaped = false
    }
    if isEscaped { pieces[pieces.count - 1].append(UInt8(ascii: "\\")) }
    self.pieces = pieces
  }

  /// The bytes of the one text that fits, where no star leaves a choice.
  var literal: [UInt8]? { pieces.count == 1 ? pieces[0] : nil }

  /// Whether the whole of `text` fits. Time is proportional to the text for each piece; UTF-8 is
  /// self-synchronising, so bytes may be compared where characters are meant.
  public func matches(_ text: Bytes) -> Bool {
    guard let prefix = pieces.first, let suffix = pieces.last else { return false }
    guard pieces.count > 1 else { return text.elementsEqual(prefix) }
    guard text.count >= prefix.count + suffix.count, text.starts(with: prefix),
      text.suffix(suffix.count).elementsEqual(suffix)
    else { return false }
    // Between the two ends, the leftmost place of each piece leaves the most room for the next.
    var rest = text[prefix.count..<(text.count - suffix.count)]
    for piece in pieces.dropFirst().dropLast() {
      guard let end = endOfFirst(piece, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }
}

/// The index after the first occurrence of `needle` in `text`, nil where there is none.
func endOfFirst(_ needle: [UInt8], in text: Slice<Bytes>) -> Int? {
  guard let first = needle.first else { return text.startIndex }
  var start = text.startIndex
  while text.endIndex - start >= needle.count {
    if text[start] == first, text[start..<(start + needle.count)].elementsEqual(needle) {
      return start + needle.count
    }
    start += 1
  }
  return nil
}
