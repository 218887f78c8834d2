/// What a step or a goal asks of a text: equal to the pattern, where each `*` stands for any run of
/// characters, the empty one included, and `\*` for a star ("Matching" in the reports' contract).
/// Nothing else is special.
public struct WildcardPattern: Sendable {
  /// The literal bytes without the stars.
  private let bytes: [UInt8]
  /// Where the pieces between the stars end in them: one more than there are stars. A pattern of many stars takes
  /// little more memory so than its text.
  private let ends: [UInt32]

  public init(_ pattern: String) {
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    var isEscaped = false
    for byte in pattern.utf8 {
      if isEscaped, byte != UInt8(ascii: "*") { bytes.append(UInt8(ascii: "\\")) }
      switch byte {
      case UInt8(ascii: "*") where !isEscaped: ends.append(UInt32(bytes.count))
      case UInt8(ascii: "\\") where !isEscaped:
        isEscaped = true
        continue
      case UInt8(ascii: "\\"): continue  // the first of two stands; the second may escape a star
      default: bytes.append(byte)
      }
      isEscaped = false
    }
    if isEscaped { bytes.append(UInt8(ascii: "\\")) }
    self.bytes = bytes
    self.ends = ends + [UInt32(bytes.count)]
  }

  /// The bytes of the one text that fits, where no star leaves a choice.
  var literal: [UInt8]? { ends.count == 1 ? bytes : nil }

  /// Whether the whole of `text` fits. Time is proportional to the text for each piece; UTF-8 is
  /// self-synchronising, so bytes may be compared where characters are meant.
  public func matches(_ text: Bytes) -> Bool {
    guard ends.count > 1 else { return text.elementsEqual(bytes) }
    let (prefix, suffix) = (piece(0), piece(ends.count - 1))
    guard text.count >= prefix.count + suffix.count, text.starts(with: prefix),
      text.suffix(suffix.count).elementsEqual(suffix)
    else { return false }
    // Between the two ends, the leftmost place of each piece leaves the most room for the next.
    var rest = text[prefix.count..<(text.count - suffix.count)]
    for index in 1..<(ends.count - 1) {
      guard let end = endOfFirst(piece(index), in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private func piece(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
  }
}

/// The index after the first occurrence of `needle` in `text`, nil where there is none.
func endOfFirst(_ needle: ArraySlice<UInt8>, in text: Slice<Bytes>) -> Int? {
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
