import System

/// The index of the first such byte.
func firstIndex(of byte: UInt8, in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
  // Sound: the slice's own base and count, beyond which memchr reads nothing.
  let searched = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes))
  guard let base = searched.baseAddress, let found = memchr(base, Int32(byte), searched.count)
  else { return nil }
  return bytes.startIndex + (UnsafeRawPointer(found) - base)
}
