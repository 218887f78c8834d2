import System

// SIMD within a register: rows of small elements, eight bytes at once.

/// Returns the eight bytes from `start` as a little-endian number, with 0 for those from `end` on. `start`
/// must be in `bytes`; `end` may be before it.
@inline(__always)
func littleEndianWord(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
  if start + 8 <= bytes.byteCount { return wholeWord(bytes, start) & firstBytes(end - start) }
  var word: UInt64 = 0
  for offset in start..<max(start, min(end, start + 8)) {
    word |= UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)) << UInt64(8 * (offset - start))
  }
  return word
}

/// Returns the eight bytes from `start` as a little-endian number.
@inline(__always)
private func wholeWord(_ bytes: RawSpan, _ start: Int) -> UInt64 {
  // Sound: callers have checked that there are eight bytes from `start`.
  UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
}

/// Returns a mask of the lowest `count` bytes of a word: all of them from 8 on, none up to 0. It shifts in
/// two steps, because a shift by 64 is a shift by 0.
@inline(__always)
private func firstBytes(_ count: Int) -> UInt64 {
  let half = UInt64(truncatingIfNeeded: max(0, min(count, 8))) &* 4
  return ~((UInt64.max &<< half) &<< half)
}

/// The number of elements after the rows that `allBits` requires, so that it reads whole words.
let tailPadding = 16

/// Returns the union of the bits of `rows`.
@inline(__always)
func allBits<Bits: FixedWidthInteger & BitwiseCopyable>(_ bits: Span<Bits>, _ rows: Range<Int>) -> Bits {
  let size = MemoryLayout<Bits>.size
  precondition(rows.lowerBound >= 0 && rows.upperBound <= bits.count &- tailPadding)
  let (start, end) = (rows.lowerBound &* size, rows.upperBound &* size)
  // Two words contain most sessions: reading the second unnecessarily is faster than a branch.
  var allBits = wholeWord(bits.bytes, start) & firstBytes(end &- start)
  allBits |= wholeWord(bits.bytes, start &+ 8) & firstBytes(end &- start &- 8)
  var next = start &+ 16
  while next < end {
    allBits |= wholeWord(bits.bytes, next) & firstBytes(end &- next)
    next &+= 8
  }
  var width = UInt64.bitWidth
  while width > Bits.bitWidth {
    width /= 2
    allBits |= allBits >> UInt64(width)
  }
  return Bits(truncatingIfNeeded: allBits)
}

/// Returns the number of flags of `rows` that are 1; the others must be 0. It requires as many more flags as `allBits`.
@inline(__always)
func countSet(_ flags: Span<UInt8>, _ rows: Range<Int>) -> Int {
  precondition(rows.lowerBound >= 0 && rows.upperBound <= flags.count &- tailPadding)
  let (start, end) = (rows.lowerBound, rows.upperBound)
  // Two words contain most sessions: reading the second unnecessarily is faster than a branch.
  var count = sumOfBytes(
    (wholeWord(flags.bytes, start) & firstBytes(end &- start))
      &+ (wholeWord(flags.bytes, start &+ 8) & firstBytes(end &- start &- 8)))
  var next = start &+ 16
  while next < end {
    count &+= sumOfBytes(wholeWord(flags.bytes, next) & firstBytes(end &- next))
    next &+= 8
  }
  return count
}

/// Returns the sum of the bytes of a word, which must be below 256.
@inline(__always)
private func sumOfBytes(_ word: UInt64) -> Int {
  Int(truncatingIfNeeded: (word &* 0x0101_0101_0101_0101) &>> 56)
}

/// Sets the flags of `rows`, and an unspecified number of the ``tailPadding`` after them, to `flag`.
@inline(__always)
func fill(_ flags: inout MutableSpan<UInt8>, _ rows: Range<Int>, with flag: UInt8) {
  precondition(rows.lowerBound >= 0 && rows.upperBound <= flags.count &- tailPadding)
  let word = UInt64(flag) &* 0x0101_0101_0101_0101
  var bytes = flags.mutableBytes
  // Sound: a word that starts in the rows, or eight bytes after, ends at most 16 bytes after the rows.
  bytes.storeBytes(of: word, toUncheckedByteOffset: rows.lowerBound, as: UInt64.self)
  bytes.storeBytes(of: word, toUncheckedByteOffset: rows.lowerBound &+ 8, as: UInt64.self)
  var next = rows.lowerBound &+ 16
  while next < rows.upperBound {
    bytes.storeBytes(of: word, toUncheckedByteOffset: next, as: UInt64.self)
    next &+= 8
  }
}

// Loads of eight bytes at a time, as one little-endian word.

/// Returns the last bytes of a text, fewer than eight, as one word: equal words mean equal bytes, if the
/// counts are equal.
@inline(__always)
func loadTail(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
  if count >= 4 { return loadHalfWord(start) | loadHalfWord(start + (count - 4)) << 32 }
  guard count > 0 else { return 0 }
  // The first, the middle and the last byte of one, two or three.
  return UInt64(start[0]) | UInt64(start[count >> 1]) << 8 | UInt64(start[count - 1]) << 16
}

/// Returns whether `a` and `b` contain the same bytes.
public func sameBytes(_ a: Bytes, _ b: Bytes) -> Bool {
  guard a.count == b.count else { return false }
  guard let first = a.baseAddress, let second = b.baseAddress else { return true }
  // Sound: every word that is read lies within `count` bytes.
  let count = a.count
  var index = 0
  while index + 8 <= count {
    if loadWord(first + index) != loadWord(second + index) { return false }
    index += 8
  }
  return loadTail(first + index, count: count - index) == loadTail(second + index, count: count - index)
}
