import System

/// A text in UTF-8. Each invalid byte is read as U+FFFD.
public typealias TextBytes = UnsafeBufferPointer<UInt8>

extension TextBytes {
  /// Returns the scalar at a position within the text, and the position after it.
  func scalar(at position: Int) -> (scalar: Unicode.Scalar, next: Int) {
    let lead = self[position]
    let (length, bits): (Int, UInt8) =
      switch lead {
      case ..<0x80: (1, lead)
      case 0xC2...0xDF: (2, lead & 0x1F)
      case 0xE0...0xEF: (3, lead & 0x0F)
      case 0xF0...0xF4: (4, lead & 0x07)
      default: (0, 0)
      }
    guard length > 0, position + length <= count else { return ("\u{FFFD}", position + 1) }
    var value = UInt32(bits)
    for byte in self[(position + 1)..<(position + length)] {
      guard byte & 0xC0 == 0x80 else { return ("\u{FFFD}", position + 1) }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard let scalar = Unicode.Scalar(value) else { return ("\u{FFFD}", position + 1) }
    return (scalar, position + length)
  }

  /// Returns the start of the scalar before a position, which must not be the start of the text.
  func start(before position: Int) -> Int {
    var start = position - 1
    while start > 0, position - start < 4, self[start] & 0xC0 == 0x80 { start -= 1 }
    return scalar(at: start).next == position ? start : position - 1
  }

  /// Returns the start of the first occurrence of `needle`, which must not be empty, from a position on. Each
  /// comparison with the whole needle takes steps.
  func firstIndex(of needle: [UInt8], from start: Int, _ steps: inout StepBudget) throws(StepsExceeded)
    -> Int?
  {
    guard let base = baseAddress, let last = needle.last else { return nil }
    var end = start + needle.count - 1
    // Sound: the bytes are the text's own from a position within it, and `memchr` reads nothing beyond them.
    while end < count, let found = memchr(base + end, Int32(last), count - end) {
      end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      let first = end + 1 - needle.count
      // Sound: `needle.count` bytes of the text end at `end`.
      if memcmp(base + first, needle, needle.count) == 0 { return first }
      try steps.take(1 + needle.count / Self.comparedBytesPerStep)
      end += 1
    }
    return nil
  }

  private static var comparedBytesPerStep: Int { 32 }

  /// Returns whether an assertion holds at a position.
  func holds(_ assertion: Assertion, at position: Int) -> Bool {
    switch assertion {
    case .textStart: position == 0
    case .textEnd: position == count
    case .lineStart: position == 0 || isLineEnd(scalar(at: start(before: position)).scalar)
    case .lineEnd: position == count || isLineEnd(scalar(at: position).scalar)
    case .wordBoundary: isWordBoundary(at: position)
    case .noWordBoundary: !isWordBoundary(at: position)
    }
  }

  private func isWordBoundary(at position: Int) -> Bool {
    let isAfterWord = position > 0 && isWord(self[position - 1])
    let isBeforeWord = position < count && isWord(self[position])
    return isAfterWord != isBeforeWord
  }
}

private func isLineEnd(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}"
}

private func isWord(_ byte: UInt8) -> Bool {
  byte < 0x80 && ScalarProperty.word.contains(Unicode.Scalar(byte))
}
