import System

// Searches texts for byte sequences in linear time, whatever their contents (Knuth, Morris, Pratt: Fast
// Pattern Matching in Strings, 1977).

/// Appends to `borders`, for each prefix of `needle`, the length of the longest shorter prefix that it ends with.
func appendBorders(of needle: ArraySlice<UInt8>, to borders: inout [UInt32]) {
  guard !needle.isEmpty else { return }
  let (base, first) = (needle.startIndex, borders.count)
  borders.append(0)
  var length = 0
  for position in 1..<needle.count {
    let byte = needle[base + position]
    while length > 0, needle[base + length] != byte { length = Int(borders[first + length - 1]) }
    if needle[base + length] == byte { length += 1 }
    borders.append(UInt32(length))
  }
}

/// Returns the end of the first occurrence of `needle` in `text` from `start` on, nil if there is none.
///
/// - Parameter borders: The borders of `needle`.
func endOfFirst(_ needle: Span<UInt8>, _ borders: Span<UInt32>, in text: Bytes, from start: Int) -> Int? {
  precondition(needle.count == borders.count)
  guard needle.count > 0 else { return start }
  guard text.count - start >= needle.count, let base = text.baseAddress else { return nil }
  let (first, last) = (needle[0], needle.count - 1)
  var (position, matched) = (start, 0)
  while position < text.count {
    if matched == 0 {
      // Sound: `memchr` reads nothing beyond the text.
      guard let found = memchr(base + position, Int32(first), text.count - position) else { return nil }
      position = UnsafeRawPointer(found) - UnsafeRawPointer(base)
      if text.count - position < needle.count { return nil }
      if last == 0 { return position + 1 }
      (position, matched) = (position + 1, 1)
      continue
    }
    let byte = text[position]
    // Sound: `matched` is below the needle's count, and borders are below their prefixes' lengths.
    while matched > 0, needle[unchecked: matched] != byte { matched = Int(borders[unchecked: matched - 1]) }
    if matched == 0 {
      // If the byte is the first of the needle, `memchr` finds it immediately.
      if byte != first { position += 1 }
      continue
    }
    if matched == last { return position + 1 }
    (position, matched) = (position + 1, matched + 1)
  }
  return nil
}

/// Tests whether texts contain a substring, ignoring case: each scalar is compared in its lower case, without
/// context. Defined in `Sources/Engine/Reports/README.md`, section "Filters".
public struct CaseInsensitiveSubstring: Sendable {
  /// The substring in lower case.
  package let needle: [UInt8]
  private let borders: [UInt32]

  /// Memory for lower-case texts, reused from text to text.
  public struct Buffer: Sendable {
    fileprivate var bytes: [UInt8] = []

    public init() {}
  }

  /// Compiles the text to search for, in any case.
  public init(_ needle: String) {
    self.needle = Array(needle.lowercased().utf8)
    var borders: [UInt32] = []
    appendBorders(of: self.needle[...], to: &borders)
    self.borders = borders
  }

  /// Returns whether `text` contains the substring, in linear time. The result is meaningless once the
  /// executor is cancelled.
  public func isContained(in text: String, _ buffer: inout Buffer, _ executor: ParallelExecutor) -> Bool {
    var text = text
    return text.withUTF8 { isContained(in: $0, &buffer, executor) }
  }

  /// Returns whether `text` contains the substring. The result is meaningless once the executor is cancelled.
  func isContained(in text: Bytes, _ buffer: inout Buffer, _ executor: ParallelExecutor) -> Bool {
    // Few scalars are longer in lower case, and an invalid byte becomes the three bytes of U+FFFD.
    if needle.count > text.count * 3 { return false }
    writeLowercase(of: text, to: &buffer.bytes, executor)
    return buffer.bytes.withUnsafeBufferPointer {
      endOfFirst(needle.span, borders.span, in: $0, from: 0) != nil
    }
  }
}

/// The number of bytes of a text between two checks for cancellation.
private let bytesPerCheck = 1 << 16

/// Replaces `lower` by `text` in lower case.
private func writeLowercase(of text: Bytes, to lower: inout [UInt8], _ executor: ParallelExecutor) {
  lower.removeAll(keepingCapacity: true)
  var start = 0
  while start < text.count {
    var end = min(start + bytesPerCheck, text.count)
    // Scalars stay whole: a chunk never begins with a continuation byte.
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    appendLowercase(of: Bytes(rebasing: text[start..<end]), to: &lower)
    start = end
    if start < text.count, executor.isCancelled { return }
  }
}

private func appendLowercase(of text: Bytes, to lower: inout [UInt8]) {
  var allBits: UInt8 = 0
  for byte in text { allBits |= byte }
  if allBits < 0x80 {
    let start = lower.count
    lower.append(contentsOf: text)
    var bytes = lower.mutableSpan
    var position = start
    while position < bytes.count {
      let byte = bytes[unchecked: position]
      bytes[unchecked: position] = byte | (byte &- UInt8(ascii: "A") < 26 ? 0x20 : 0)
      position &+= 1
    }
  } else {
    lower.append(contentsOf: String(decoding: text, as: UTF8.self).lowercased().utf8)
  }
}
