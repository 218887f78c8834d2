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
