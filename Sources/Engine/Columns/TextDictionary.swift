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

  /// Whether the text `a` stands before the text `b` in the order by name.
  func comesFirst(_ a: Int, _ b: Int) -> Bool {
    withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
  }

  /// The code among `codes` of `text`, else nil.
  func code(of text: Bytes, in codes: Range<Int>) -> Int? {
    offsets.span.withUnsafeBufferPointer { offsets in
      bytes.span.withUnsafeBufferPointer { bytes in
        codes.first { code in
          let (start, end) = (Int(offsets[code]), Int(offsets[code + 1]))
          // Lengths differ mostly, and are next to each other.
          return end - start == text.count && sameBytes(Bytes(rebasing: bytes[start..<end]), text)
        }
      }
    }
  }

  /// Calls `body` with every code and its text, ascending.
  func forEach(_ body: (Int, Bytes) -> Void) { forEach(0..<count, body) }

  /// The same for some of the codes.
  @inline(__always)
  func forEach(_ codes: Range<Int>, _ body: (Int, Bytes) -> Void) {
    offsets.span.withUnsafeBufferPointer { offsets in
      bytes.span.withUnsafeBufferPointer { bytes in
        for code in codes {
          body(code, Bytes(rebasing: bytes[Int(offsets[code])..<Int(offsets[code + 1])]))
        }
      }
    }
  }

  /// Divides the codes into pieces that take some milliseconds each, whatever is asked of a text. All but the last have
  /// a multiple of 64 codes.
  var pieces: [Range<Int>] {
    let offsets = offsets.span
    var pieces: [Range<Int>] = []
    var (start, end) = (0, 0)
    while end < count {
      end = min(end + 64, count)
      let isFull = end - start >= Self.mostCodesOfPiece || offsets[end] - offsets[start] >= Self.bytesOfPiece
      guard isFull || end == count else { continue }
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  private static let mostCodesOfPiece = 1 << 10
  private static let bytesOfPiece: UInt64 = 1 << 14
}

/// Order "by name": by UTF-8 bytes ascending.
func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
