import System

/// SipHash-1-3 (Aumasson and Bernstein), for hashes that are written to files and so must be the same in
/// every process.
///
/// With a secret key, nobody can predict the hash of an input whose hash they have not seen: so it completes
/// the checksums of column caches. Someone who knows the key can find two texts that collide with some 2³²
/// attempts. Ids are hashed with a published key; there, a collision only means that one more session is read
/// again.
public struct SipHash {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  init(key: (UInt64, UInt64)) {
    state = (
      key.0 ^ 0x736F_6D65_7073_6575, key.1 ^ 0x646F_7261_6E64_6F6D, key.0 ^ 0x6C79_6765_6E65_7261,
      key.1 ^ 0x7465_6462_7974_6573
    )
  }

  /// Hashes two words, low bytes first.
  public static func hash(_ first: UInt64, _ second: UInt64, key: (UInt64, UInt64)) -> UInt64 {
    var hash = SipHash(key: key)
    hash.add(first)
    hash.add(second)
    return hash.finish(tail: 0, count: 16)
  }

  /// Hashes any bytes.
  public static func hash(_ bytes: Bytes, key: (UInt64, UInt64)) -> UInt64 {
    var hash = SipHash(key: key)
    guard let start = bytes.baseAddress else { return hash.finish(tail: 0, count: 0) }
    // Sound: every word that is read lies within the bytes.
    var index = 0
    while index + 8 <= bytes.count {
      hash.add(loadWord(start + index))
      index += 8
    }
    var tail: UInt64 = 0
    for (offset, byte) in bytes[index...].enumerated() { tail |= UInt64(byte) << UInt64(8 * offset) }
    return hash.finish(tail: tail, count: bytes.count)
  }

  private mutating func add(_ word: UInt64) {
    state.3 ^= word
    round()
    state.0 ^= word
  }

  private mutating func finish(tail: UInt64, count: Int) -> UInt64 {
    add(UInt64(truncatingIfNeeded: count) << 56 | tail)
    state.2 ^= 0xFF
    for _ in 0..<3 { round() }
    return state.0 ^ state.1 ^ state.2 ^ state.3
  }

  private mutating func round() {
    state.0 &+= state.1
    state.1 = rotated(state.1, 13) ^ state.0
    state.0 = rotated(state.0, 32)
    state.2 &+= state.3
    state.3 = rotated(state.3, 16) ^ state.2
    state.0 &+= state.3
    state.3 = rotated(state.3, 21) ^ state.0
    state.2 &+= state.1
    state.1 = rotated(state.1, 17) ^ state.2
    state.2 = rotated(state.2, 32)
  }
}

@inline(__always)
private func rotated(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
