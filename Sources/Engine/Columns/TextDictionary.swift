/// The distinct values of a text column: code → UTF-8 bytes. Code 0 is always the empty text.
///
/// Codes are assigned in order of first appearance, so a dictionary grows only at its end.
public struct TextDictionary: Sendable {
  /// The start of each text in `bytes`; the last entry is the end of the last text.
  private let offsets: Column<UInt64>
  private let bytes: Column<UInt8>

  /// The dictionary that contains only the empty text.
  static let empty = TextDictionary(offsets: [0, 0], bytes: [])

  /// The number of codes, including the empty text.
  public var count: Int { offsets.count - 1 }

  /// The total size of all texts.
  var byteCount: Int { bytes.count }

  init(offsets: [UInt64], bytes: [UInt8]) { self.init(offsets: Column(offsets), bytes: Column(bytes)) }

  init(offsets: Column<UInt64>, bytes: Column<UInt8>) {
    self.offsets = offsets
    self.bytes = bytes
  }

  /// Returns the serialized dictionary, under the name of its column.
  func sections(_ name: String) -> [StoredSection] {
    [StoredSection("\(name).offsets", offsets), StoredSection("\(name).bytes", bytes)]
  }

  /// Calls `body` with the bytes of the text `code`, which are valid only during the call.
  func withBytes<Result>(of code: Int, _ body: (Bytes) -> Result) -> Result {
    let text = bytes.span.extracting(Int(offsets[code])..<Int(offsets[code + 1]))
    return text.withUnsafeBufferPointer(body)
  }

  /// The text of a code, which must be less than the number of texts.
  public subscript(code: Int) -> String {
    withBytes(of: code) { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns whether the text `a` precedes the text `b` by name.
  func precedes(_ a: Int, _ b: Int) -> Bool {
    withBytes(of: a) { a in withBytes(of: b) { a.lexicographicallyPrecedes($0) } }
  }

  /// Returns the code of `text` if it is in `codes`, else nil.
  func code(of text: Bytes, in codes: Range<Int>) -> Int? {
    offsets.span.withUnsafeBufferPointer { offsets in
      bytes.span.withUnsafeBufferPointer { bytes in
        codes.first { code in
          let (start, end) = (Int(offsets[code]), Int(offsets[code + 1]))
          // The lengths mostly differ, and they are adjacent in memory.
          return end - start == text.count && sameBytes(Bytes(rebasing: bytes[start..<end]), text)
        }
      }
    }
  }

  /// Calls `body` with every code and its text, ascending.
  func forEach(_ body: (Int, Bytes) -> Void) { forEach(0..<count, body) }

  /// Does the same for some of the codes.
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

  /// Divides the codes into chunks that take some milliseconds each, whatever test is applied to the texts.
  /// All but the last have a multiple of 64 codes.
  var chunks: [Range<Int>] {
    let offsets = offsets.span
    var chunks: [Range<Int>] = []
    var (start, end) = (0, 0)
    while end < count {
      end = min(end + 64, count)
      let isFull =
        end - start >= Self.maximumCodesOfChunk || offsets[end] - offsets[start] >= Self.bytesPerChunk
      guard isFull || end == count else { continue }
      chunks.append(start..<end)
      start = end
    }
    return chunks
  }

  private static let maximumCodesOfChunk = 1 << 10
  private static let bytesPerChunk: UInt64 = 1 << 14
}

/// Compares by name: by UTF-8 bytes, ascending.
package func precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
