// Rows of small elements, eight bytes at once.

/// The eight bytes from `start` as a number whose lowest byte is the first, with 0 for those from `end` on;
/// `start` is in `bytes`, `end` may be before it.
@inline(__always)
func littleEndianWord(_ bytes: RawSpan, from start: Int, to end: Int) -> UInt64 {
  if start + 8 <= bytes.byteCount { return wholeWord(bytes, start) & firstBytes(end - start) }
  var word: UInt64 = 0
  for place in start..<max(start, min(end, start + 8)) {
    word |= UInt64(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)) << UInt64(8 * (place - start))
  }
  return word
}

/// The eight bytes from `start` as a number whose lowest byte is the first.
@inline(__always)
private func wholeWord(_ bytes: RawSpan, _ start: Int) -> UInt64 {
  // Sound: callers have asked whether there are eight bytes from `start`.
  UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self))
}

/// The lowest `count` bytes of a word: all of them from 8 on, none up to 0. In two steps, since a shift by 64
/// is one by 0.
@inline(__always)
private func firstBytes(_ count: Int) -> UInt64 {
  let half = UInt64(truncatingIfNeeded: max(0, min(count, 8))) &* 4
  return ~((UInt64.max &<< half) &<< half)
}

/// How many elements more than rows `joined` needs to be there, so that it reads whole words.
let joiningRoom = 16

/// All bits that any of `rows` has.
@inline(__always)
func joined<Bits: FixedWidthInteger & BitwiseCopyable>(_ bits: Span<Bits>, _ rows: Range<Int>) -> Bits {
  let size = MemoryLayout<Bits>.size
  precondition(rows.lowerBound >= 0 && rows.upperBound <= bits.count &- joiningRoom)
  let (start, end) = (rows.lowerBound &* size, rows.upperBound &* size)
  // Two words hold most sessions: to read the second when it is not needed is quicker than to ask.
  var joined = wholeWord(bits.bytes, start) & firstBytes(end &- start)
  joined |= wholeWord(bits.bytes, start &+ 8) & firstBytes(end &- start &- 8)
  var next = start &+ 16
  while next < end {
    joined |= wholeWord(bits.bytes, next) & firstBytes(end &- next)
    next &+= 8
  }
  var width = UInt64.bitWidth
  while width > Bits.bitWidth {
    width /= 2
    joined |= joined >> UInt64(width)
  }
  return Bits(truncatingIfNeeded: joined)
}

// Looking at eight bytes at a time, as one word whose lowest byte is the first.

/// The eight bytes at `start`, which may stand anywhere.
@inline(__always)
func loadWord(_ start: UnsafePointer<UInt8>) -> UInt64 {
  UInt64(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
}

/// The four bytes at `start`, which may stand anywhere.
@inline(__always)
func loadHalfWord(_ start: UnsafePointer<UInt8>) -> UInt64 {
  UInt64(UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)))
}

/// The last bytes of a text, less than eight of them, as one word; the same word for the same bytes of the
/// same count.
@inline(__always)
func loadTail(_ start: UnsafePointer<UInt8>, count: Int) -> UInt64 {
  if count >= 4 { return loadHalfWord(start) | loadHalfWord(start + (count - 4)) << 32 }
  guard count > 0 else { return 0 }
  // The first, the middle and the last byte of one, two or three.
  return UInt64(start[0]) | UInt64(start[count >> 1]) << 8 | UInt64(start[count - 1]) << 16
}

/// Whether `a` and `b` hold the same bytes.
func sameBytes(_ a: Bytes, _ b: Bytes) -> Bool {
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

/// `byte`, eight times.
@inline(__always)
func repeated(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }
