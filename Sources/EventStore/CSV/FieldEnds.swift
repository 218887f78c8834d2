import Engine

/// Where the fields of CSV rows end: commas and line feeds that stand outside quotes, found 64 bytes at a time.
///
/// Quotes are taken in pairs: whatever stands behind an odd number of them is inside. That is right as long as
/// every quote that opens stands where a field begins; a block where one does not is odd, and nothing that
/// was found since the last restart counts from there on.
struct FieldEnds {
  static let blockCount = 64
  /// How far the ends of a row are looked for here: who reads a longer one asks meanwhile whether to go on.
  static let maximumRowBytes = 1 << 20

  private let base: UnsafePointer<UInt8>
  private let end: Int
  /// How far blocks are read for the row in hand.
  private var rowLimit: Int
  /// Where the block is that was read last, and a bit for each end in it that was not given yet.
  private var blockStart = 0
  private var ends: UInt64 = 0
  private var nextBlock: Int
  /// All ones where the next block begins inside quotes.
  private var inside: UInt64 = 0
  /// One where the next block begins with a field.
  private var isFieldStart: UInt64 = 1
  private var blockHasUnusualBytes = false
  /// Whether there may be a byte that is NUL or not ASCII in the blocks that were looked at since
  /// ``beginRow(at:)``.
  private(set) var rowHasUnusualBytes = false

  /// A row begins at `start`; bytes are read up to `end`.
  init(_ base: UnsafePointer<UInt8>, start: Int, end: Int) {
    self.base = base
    self.end = end
    rowLimit = end
    nextBlock = start
  }

  /// Forgets everything: a row begins at `start`.
  mutating func restart(at start: Int) { self = FieldEnds(base, start: start, end: end) }

  @inline(__always)
  mutating func beginRow(at start: Int) {
    rowHasUnusualBytes = blockHasUnusualBytes
    rowLimit = min(end, start &+ Self.maximumRowBytes)
  }

  /// The next end; nil if too few bytes are left to look for it here, in a long row, and in an odd block. Then one has to
  /// look for it elsewhere and restart behind it.
  @inline(__always)
  mutating func next() -> Int? {
    while ends == 0 {
      guard nextBlock + Self.blockCount <= rowLimit, readBlock() else { return nil }
    }
    defer { ends &= ends &- 1 }
    return blockStart &+ ends.trailingZeroBitCount
  }

  /// Reads the next block; false if it is odd.
  private mutating func readBlock() -> Bool {
    blockStart = nextBlock
    nextBlock += Self.blockCount
    var (quotes, separators, unusual): (UInt64, UInt64, UInt64) = (0, 0, 0)
    // Sound: the caller has seen to it that the block ends before the bytes do.
    for index: UInt64 in 0..<8 {
      let word = loadWord(base + blockStart + Int(index) * 8)
      quotes |= highBitsWhereEqual(word, allQuotes) >> (7 - index)
      let either = highBitsWhereEqual(word, allCommas) | highBitsWhereEqual(word, allLineFeeds)
      separators |= either >> (7 - index)
      unusual |= unusualBits(word)
    }
    // Each byte has the bits of one place in all words; turned around, each has those of one word.
    quotes = transposed(quotes)
    separators = transposed(separators)
    let quoted = parities(quotes) ^ inside
    ends = separators & ~quoted
    let fieldStarts = ends << 1 | isFieldStart
    blockHasUnusualBytes = unusual != 0
    rowHasUnusualBytes = rowHasUnusualBytes || blockHasUnusualBytes
    inside = 0 &- (quoted >> 63)
    isFieldStart = ends >> 63
    return quotes & quoted & ~fieldStarts == 0
  }
}

/// Every bit: whether the number of bits set up to it, itself among them, is odd.
@inline(__always)
private func parities(_ bits: UInt64) -> UInt64 {
  var parities = bits
  parities ^= parities << 1
  parities ^= parities << 2
  parities ^= parities << 4
  parities ^= parities << 8
  parities ^= parities << 16
  return parities ^ parities << 32
}

/// The eight rows of eight bits that the bytes are, with rows and columns exchanged.
@inline(__always)
private func transposed(_ bits: UInt64) -> UInt64 {
  // By halves: within squares of 2, of 4 and of 8 bits (Warren, Hacker's Delight, section 7-3).
  var bits = bits
  var exchanged = (bits ^ bits >> 7) & 0x00AA_00AA_00AA_00AA
  bits ^= exchanged ^ exchanged << 7
  exchanged = (bits ^ bits >> 14) & 0x0000_CCCC_0000_CCCC
  bits ^= exchanged ^ exchanged << 14
  exchanged = (bits ^ bits >> 28) & 0x0000_0000_F0F0_F0F0
  return bits ^ exchanged ^ exchanged << 28
}
