/// The condition of a step or a goal on a text: equality with the pattern, in which each `*` matches any run
/// of characters, even an empty one, and `\*` matches a star. Nothing else is special. Defined in
/// `Sources/Engine/Reports/README.md`, section "Matching".
public struct WildcardPattern: Sendable {
  /// The literal bytes without the stars.
  private let bytes: [UInt8]
  /// The ends in `bytes` of the literals between the stars: one more than there are stars. Several adjacent
  /// stars count as one. So a pattern with many stars takes only a small multiple of its text's memory.
  private let ends: [UInt32]
  /// By byte: the borders of the literal that contains it (see `appendBorders`).
  private let borders: [UInt32]

  /// Compiles a pattern. Every text is a valid one.
  public init(_ pattern: String) {
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    var isEscaped = false
    for byte in pattern.utf8 {
      if isEscaped, byte != UInt8(ascii: "*") { bytes.append(UInt8(ascii: "\\")) }
      switch byte {
      case UInt8(ascii: "*") where !isEscaped:
        // Adjacent stars have no literal between them.
        if ends.last != UInt32(bytes.count) { ends.append(UInt32(bytes.count)) }
      case UInt8(ascii: "\\") where !isEscaped:
        isEscaped = true
        continue
      case UInt8(ascii: "\\"): continue  // the first of two stands; the second may escape a star
      default: bytes.append(byte)
      }
      isEscaped = false
    }
    if isEscaped { bytes.append(UInt8(ascii: "\\")) }
    self.init(bytes, starsAt: ends)
  }

  /// The pattern that a text in which nothing is special matches, with a star before it, after it, or both.
  public init(literal: Substring, starBefore: Bool = false, starAfter: Bool = false) {
    let bytes = Array(literal.utf8)
    var stars: [UInt32] = starBefore ? [0] : []
    if starAfter, stars.last != UInt32(bytes.count) { stars.append(UInt32(bytes.count)) }
    self.init(bytes, starsAt: stars)
  }

  /// - Parameter stars: How many of the literal bytes are before each star; ascending, without repetition.
  private init(_ bytes: [UInt8], starsAt stars: [UInt32]) {
    self.bytes = bytes
    ends = stars + [UInt32(bytes.count)]
    var borders: [UInt32] = []
    if self.ends.count > 1 {
      for index in self.ends.indices {
        appendBorders(of: bytes[Self.segment(index, self.ends)], to: &borders)
      }
    }
    self.borders = borders
  }

  /// The only text that matches, if the pattern has no star.
  var literal: [UInt8]? { ends.count == 1 ? bytes : nil }

  /// The texts between the stars: one more than there are stars.
  package var literals: [String] {
    ends.indices.map { String(decoding: bytes[Self.segment($0, ends)], as: UTF8.self) }
  }

  /// Returns whether the whole of `text` matches, in linear time. UTF-8 is self-synchronising, so comparing
  /// bytes is the same as comparing characters.
  public func matches(_ text: Bytes) -> Bool {
    guard ends.count > 1 else { return text.elementsEqual(bytes) }
    if text.count < bytes.count { return false }
    let (prefix, suffix) = (Self.segment(0, ends), Self.segment(ends.count - 1, ends))
    let bytes = bytes.span
    guard hasBytes(bytes.extracting(prefix), text, at: 0),
      hasBytes(bytes.extracting(suffix), text, at: text.count - suffix.count)
    else { return false }
    // Between prefix and suffix, the leftmost match of each literal leaves the most room for the next.
    let middle = Bytes(rebasing: text[..<(text.count - suffix.count)])
    var position = prefix.count
    for index in 1..<(ends.count - 1) {
      let segment = Self.segment(index, ends)
      guard
        let end = endOfFirst(
          bytes.extracting(segment), borders.span.extracting(segment), in: middle, from: position)
      else { return false }
      position = end
    }
    return true
  }

  private static func segment(_ index: Int, _ ends: [UInt32]) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }
}

/// Returns whether `text`, which is long enough, contains `part` at `position`.
private func hasBytes(_ part: Span<UInt8>, _ text: Bytes, at position: Int) -> Bool {
  var index = 0
  while index < part.count {
    if text[position + index] != part[index] { return false }
    index &+= 1
  }
  return true
}
