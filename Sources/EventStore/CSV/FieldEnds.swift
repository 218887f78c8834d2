import Engine
import System

/// The positions at which the fields of CSV rows end: separators and line feeds outside quotes, found 64 bytes at
/// a time.
///
/// Quotes are paired: everything after an odd number of them is inside a quoted field. That is correct as
/// long as every opening quote is at the start of a field. A block with any other opening quote is irregular;
/// from that block on, the ends found since the last restart are invalid.
struct FieldEnds {
  static let blockCount = 64
  /// How far to look for the ends of a row here. The reader of a longer row checks in between whether to
  /// continue.
  static let maximumRowBytes = 1 << 20

  private let base: UnsafePointer<UInt8>
  private let end: Int
  /// How far blocks are read for the current row.
  private var rowLimit: Int
  /// Where the last block begins, with a bit for each end in it that was not yet returned.
  private var blockStart = 0
  private var ends: UInt64 = 0
  private var nextBlock: Int
  /// All ones if the next block begins inside quotes.
  private var inside: UInt64 = 0
  /// One if the next block begins with a field.
  private var isFieldStart: UInt64 = 1
  private var blockHasUnusualBytes = false
  /// Whether a block read since ``beginRow(at:)`` may contain a byte that is NUL or not ASCII.
  private(set) var rowHasUnusualBytes = false
  /// The separator of fields. One byte next to the flags: a scanner copies this value for every row.
  private let separator: UInt8

  /// The first row begins at `start`; bytes are read up to `end`.
  init(_ base: UnsafePointer<UInt8>, start: Int, end: Int, separator: UInt8) {
    self.base = base
    self.separator = separator
    self.end = end
    rowLimit = end
    nextBlock = start
  }

  /// Discards all state: a row begins at `start`.
  mutating func restart(at start: Int) {
    self = FieldEnds(base, start: start, end: end, separator: separator)
  }

  @inline(__always)
  mutating func beginRow(at start: Int) {
    rowHasUnusualBytes = blockHasUnusualBytes
    rowLimit = min(end, start &+ Self.maximumRowBytes)
  }

  /// The next end; nil if too few bytes are left, if the row is long, or if the block is irregular. In that
  /// case the caller has to find the end itself and restart after it.
  @inline(__always)
  mutating func next() -> Int? {
    while ends == 0 {
      guard nextBlock + Self.blockCount <= rowLimit, readBlock() else { return nil }
    }
    defer { ends &= ends &- 1 }
    return blockStart &+ ends.trailingZeroBitCount
  }

  /// Reads the next block; false if it is irregular.
  private mutating func readBlock() -> Bool {
    blockStart = nextBlock
    nextBlock += Self.blockCount
    let separators = repeated(separator)
    var (quotes, fieldEnds, unusual): (UInt64, UInt64, UInt64) = (0, 0, 0)
    // Sound: the caller has checked that the block ends before the bytes do.
    for index: UInt64 in 0..<8 {
      let word = loadWord(base + blockStart + Int(index) * 8)
      quotes |= highBitsWhereEqual(word, allQuotes) >> (7 - index)
      let either = highBitsWhereEqual(word, separators) | highBitsWhereEqual(word, allLineFeeds)
      fieldEnds |= either >> (7 - index)
      unusual |= unusualBits(word)
    }
    // Each byte has the bits of one position in all words; after the transposition each has the bits of one
    // word.
    quotes = transposed(quotes)
    fieldEnds = transposed(fieldEnds)
    let quoted = prefixParities(quotes) ^ inside
    ends = fieldEnds & ~quoted
    let fieldStarts = ends << 1 | isFieldStart
    blockHasUnusualBytes = unusual != 0
    rowHasUnusualBytes = rowHasUnusualBytes || blockHasUnusualBytes
    inside = 0 &- (quoted >> 63)
    isFieldStart = ends >> 63
    return quotes & quoted & ~fieldStarts == 0
  }
}

/// For every bit: whether the number of set bits up to and including it is odd.
@inline(__always)
private func prefixParities(_ bits: UInt64) -> UInt64 {
  var parities = bits
  parities ^= parities << 1
  parities ^= parities << 2
  parities ^= parities << 4
  parities ^= parities << 8
  parities ^= parities << 16
  return parities ^ parities << 32
}

/// Treats the bytes as eight rows of eight bits, and exchanges rows and columns.
@inline(__always)
private func transposed(_ bits: UInt64) -> UInt64 {
  // Recursively, within squares of 2, 4 and 8 bits (Warren, Hacker's Delight, section 7-3).
  var bits = bits
  var exchanged = (bits ^ bits >> 7) & 0x00AA_00AA_00AA_00AA
  bits ^= exchanged ^ exchanged << 7
  exchanged = (bits ^ bits >> 14) & 0x0000_CCCC_0000_CCCC
  bits ^= exchanged ^ exchanged << 14
  exchanged = (bits ^ bits >> 28) & 0x0000_0000_F0F0_F0F0
  return bits ^ exchanged ^ exchanged << 28
}
