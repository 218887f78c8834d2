/// A set of few keys, tested against many others: one bit rules out nearly all of these.
struct IdentityHashSet: Sendable {
  private static let (minimumBits, maximumBits): (Int, Int) = (1 << 9, 1 << 16)
  private static let bitsPerKey = 32

  private var keys: Set<UInt64> = []
  /// A power of two of bits, one of which is set for each key. It starts small, because there may be as many
  /// sets as websites.
  private var bits: [UInt64] = Array(repeating: 0, count: minimumBits / 64)

  @inline(__always)
  func contains(_ key: UInt64) -> Bool {
    bits[word(key)] & (1 << (key % 64)) != 0 && keys.contains(key)
  }

  mutating func insert(_ key: UInt64) {
    guard keys.insert(key).inserted else { return }
    if keys.count * Self.bitsPerKey > bits.count * 64, bits.count * 64 < Self.maximumBits {
      bits = Array(repeating: 0, count: bits.count * 8)
      for key in keys { set(key) }
    } else {
      set(key)
    }
  }

  private mutating func set(_ key: UInt64) { bits[word(key)] |= 1 << (key % 64) }

  /// Returns the index of the word that contains the key's bit.
  @inline(__always)
  private func word(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: (key / 64) & UInt64(truncatingIfNeeded: bits.count - 1))
  }
}
