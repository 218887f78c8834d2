/// The distinct values of a text column: code → UTF-8 bytes. Code 0 is the empty text, always.
///
/// Codes are given in order of first appearance, so a dictionary only ever grows at its end.
public struct TextDictionary: Sendable {
  /// Where each text starts in `bytes`, and one more entry for the end of the last.
  private let offsets: Column<UInt64>
  private let bytes: Column<UInt8>

  /// The dictionary of the empty text alone.
  static let empty = TextDictionary(offsets: [0, 0], bytes: [])

  /// The number of codes, the empty text included.
  public var count: Int { offsets.count - 1 }

  /// The bytes of all texts together.
  var byteCount: Int { bytes.count }

  init(offsets: [UInt64], bytes: [UInt8]) { self.init(offsets: Column(offsets), bytes: Column(bytes)) }

  init(offsets: Column<UInt64>, bytes: Column<UInt8>) {
    self.offsets = offsets
    self.bytes = bytes
  }

  /// The sections that the dictionary is written down as, under the name of its column.
  func sections(_ name: String) -> [StoredSection] {
    [StoredSection("\(name).offsets", offsets), StoredSection("\(name).bytes", bytes)]
  }

  /// Calls `body` with the bytes of the text `code`, which live during the call only.
  func withBytes<Result>(of code: Int, _ body: (Bytes) -> Result) -> Result {
    let text = bytes.span.extracting(Int(offsets[code])..<Int(offsets[code + 1]))
    return text.withUnsafeBufferPointer(body)
  }

  public subscript(code: Int) -> String {
    withBytes(of: code) { String(decoding: $0, as: UTF8.self) }
  }

  /// The code of `text`, else nil. Walks the dictionary: for once a request, not once a row.
  func code(of text: String) -> Int? {
    var text = text
    return text.withUTF8(code(of:))
  }

  /// The codes of the texts that match `pattern`, ascending. Walks the dictionary.
  func codes(matching pattern: WildcardPattern) -> [Int] {
    if let literal = pattern.literal { return literal.withUnsafeBufferPointer(code(of:)).map { [$0] } ?? [] }
    var codes: [Int] = []
    forEach { code, text in if pattern.matches(text) { codes.append(code) } }
    return codes
  }

  /// One flag a code: whether the text passes `test`.
  func flags(_ test: (Bytes) -> Bool) -> [Bool] {
    var flags: [Bool] = []
    flags.reserveCapacity(count)
    forEach { flags.append(test($1)) }
    return flags
  }

  private func code(of text: Bytes) -> Int? {
    offsets.span.withUnsafeBufferPointer { offsets in
      bytes.span.withUnsafeBufferPointer { bytes in
        (0..<count).first { code in
          let (start, end) = (Int(offsets[code]), Int(offsets[code + 1]))
          // Lengths differ mostly, and are next to each other.
          return end - start == text.count && sameBytes(Bytes(rebasing: bytes[start..<end]), text)
        }
      }
    }
  }

  /// Calls `body` with every code and its text, ascending.
  func forEach(_ body: (Int, Bytes) -> Void) {
    offsets.span.withUnsafeBufferPointer { offsets in
      bytes.span.withUnsafeBufferPointer { bytes in
        for code in 0..<count {
          body(code, Bytes(rebasing: bytes[Int(offsets[code])..<Int(offsets[code + 1])]))
        }
      }
    }
  }
}

/// Order "by name": by UTF-8 bytes ascending.
func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
