/// The distinct values of a text column: code → UTF-8 bytes. Code 0 is the empty text, always.
///
/// Codes are given in order of first appearance, so a dictionary only ever grows at its end.
public struct TextDictionary: Sendable {
  /// Where each text starts in `bytes`, and one more entry for the end of the last.
  private let offsets: Column<UInt32>
  private let bytes: Column<UInt8>

  /// The number of codes, the empty text included.
  public var count: Int { offsets.count - 1 }

  init(offsets: [UInt32], bytes: [UInt8]) {
    self.offsets = Column(offsets)
    self.bytes = Column(bytes)
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
    return text.withUTF8 { wanted in
      (0..<count).first { code in withBytes(of: code) { sameBytes($0, wanted) } }
    }
  }

  /// One flag a code: whether the text passes `test`.
  func flags(_ test: (Bytes) -> Bool) -> [Bool] {
    (0..<count).map { withBytes(of: $0, test) }
  }
}

/// Order "by name": by UTF-8 bytes ascending.
func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
