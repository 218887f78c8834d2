/// How many bytes are looked at together: they stay in the cache of a core.
private let pieceBytes = 1 << 15

/// A 64-bit checksum for finding damage, at the speed of memory: four sums over every fourth word, each of
/// which any change of one word changes. It does not stand up to somebody who wants to deceive it.
///
/// - Parameter look: is given all bytes, piece by piece, each when it has just been read.
func checksum(_ bytes: UnsafeRawBufferPointer, look: (UnsafeRawBufferPointer) -> Void = { _ in }) -> UInt64 {
  // Four numbers and no vector: most processors multiply 64 bits only one at a time.
  var sums: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  let whole = bytes.count / 32 * 32
  for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
    let end = min(start + pieceBytes, bytes.count)
    for offset in stride(from: start, to: min(end, whole), by: 32) {
      // Sound: every word that is loaded lies within `whole` bytes.
      func word(_ index: Int) -> UInt64 {
        bytes.loadUnaligned(fromByteOffset: offset &+ 8 &* index, as: UInt64.self)
      }
      sums.0 = mixed(sums.0 ^ word(0))
      sums.1 = mixed(sums.1 ^ word(1))
      sums.2 = mixed(sums.2 ^ word(2))
      sums.3 = mixed(sums.3 ^ word(3))
    }
    look(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
  }
  var rest = mixed(UInt64(bytes.count))
  for offset in whole..<bytes.count { rest = mixed(rest ^ UInt64(bytes[offset])) }
  for sum in [sums.0, sums.1, sums.2, sums.3] { rest = mixed(rest ^ sum) }
  return rest ^ rest >> 29
}

func checksum(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { checksum($0) } }

/// Different for different words.
@inline(__always)
private func mixed(_ word: UInt64) -> UInt64 {
  let product = word &* 0x9E37_79B9_7F4A_7C15
  return product << 31 | product >> 33
}
