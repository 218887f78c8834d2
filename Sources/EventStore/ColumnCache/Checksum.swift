/// A 64-bit checksum for finding damage, at the speed of memory: four sums over every fourth word, each of
/// which any change of one word changes. It does not stand up to somebody who wants to deceive it.
func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  var sums = SIMD4<UInt64>(1, 2, 3, 4)
  let whole = bytes.count / 32 * 32
  // Sound: every word that is loaded lies within `whole` bytes.
  for offset in stride(from: 0, to: whole, by: 32) {
    let words = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
    for lane in 0..<4 { sums[lane] = mixed(sums[lane] ^ words[lane]) }
  }
  var rest = mixed(UInt64(bytes.count))
  for offset in whole..<bytes.count { rest = mixed(rest ^ UInt64(bytes[offset])) }
  for lane in 0..<4 { rest = mixed(rest ^ sums[lane]) }
  return rest ^ rest >> 29
}

func checksum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes(checksum) }

/// Different for different words.
@inline(__always)
private func mixed(_ word: UInt64) -> UInt64 {
  let product = word &* 0x9E37_79B9_7F4A_7C15
  return product << 31 | product >> 33
}
