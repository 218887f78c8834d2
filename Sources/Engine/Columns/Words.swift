// Rows of small elements, eight bytes at once.

/// The eight bytes from `start` as a number whose lowest byte is the first, with 0 for those from `end` on.
@inline(__always)
func littleEndianWord(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
  if start + 8 <= bytes.byteCount {
    // Sound: eight bytes from `start` are there, as was just asked.
    let word = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
    return UInt64(littleEndian: word) & .max &>> UInt64(8 * (8 - min(end - start, 8)))
  }
  var word: UInt64 = 0
  for place in start..<min(end, start + 8) {
    word |= UInt64(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)) << UInt64(8 * (place - start))
  }
  return word
}

/// All bits that any of `rows` has.
func joined<Bits: FixedWidthInteger & BitwiseCopyable>(_ bits: Span<Bits>, _ rows: Range<Int>) -> Bits {
  let size = MemoryLayout<Bits>.size
  precondition(rows.lowerBound >= 0 && rows.upperBound <= bits.count)
  var joined: UInt64 = 0
  var start = rows.lowerBound * size
  while start < rows.upperBound * size {
    joined |= littleEndianWord(bits.bytes, from: start, to: rows.upperBound * size)
    start += 8
  }
  var width = UInt64.bitWidth
  while width > Bits.bitWidth {
    width /= 2
    joined |= joined >> UInt64(width)
  }
  return Bits(truncatingIfNeeded: joined)
}
