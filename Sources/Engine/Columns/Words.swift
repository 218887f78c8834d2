// Rows of small elements, eight bytes at once.

/// The eight bytes from `start` as a number whose lowest byte is the first, with 0 for those from `end` on;
/// `start` is in `bytes`, `end` may be before it.
@inline(__always)
func littleEndianWord(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
  if start + 8 <= bytes.byteCount {
    // Sound: eight bytes from `start` are there, as was just asked.
    let word = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
    return UInt64(littleEndian: word) & firstBytes(end - start)
  }
  var word: UInt64 = 0
  for place in start..<max(start, min(end, start + 8)) {
    word |= UInt64(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)) << UInt64(8 * (place - start))
  }
  return word
}

/// The lowest `count` bytes of a word: all of them from 8 on, none up to 0.
@inline(__always)
private func firstBytes(_ count: Int) -> UInt64 {
  count <= 0 ? 0 : .max &>> UInt64(truncatingIfNeeded: 64 - 8 * min(count, 8))
}

/// All bits that any of `rows` has.
func joined<Bits: FixedWidthInteger & BitwiseCopyable>(_ bits: Span<Bits>, _ rows: Range<Int>) -> Bits {
  let size = MemoryLayout<Bits>.size
  precondition(rows.lowerBound >= 0 && rows.upperBound <= bits.count)
  let (start, end) = (rows.lowerBound * size, rows.upperBound * size)
  // Two words hold most sessions: to read the second when it is not needed is quicker than to ask.
  var joined = littleEndianWord(bits.bytes, from: start, to: end)
  joined |= littleEndianWord(bits.bytes, from: start + 8, to: end)
  var next = start + 16
  while next < end {
    joined |= littleEndianWord(bits.bytes, from: next, to: end)
    next += 8
  }
  var width = UInt64.bitWidth
  while width > Bits.bitWidth {
    width /= 2
    joined |= joined >> UInt64(width)
  }
  return Bits(truncatingIfNeeded: joined)
}
