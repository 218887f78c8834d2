/// A few keys that many others are compared with: nearly all of those are told apart by one bit.
struct KeySet: Sendable {
  private static let bitCount: UInt64 = 1 << 16

  private var keys: Set<UInt64> = []
  private var bits: [UInt64] = Array(repeating: 0, count: Int(bitCount / 64))

  @inline(__always)
  func contains(_ key: UInt64) -> Bool {
    let bit = key % Self.bitCount
    return bits[Int(bit / 64)] & (1 << (bit % 64)) != 0 && keys.contains(key)
  }

  mutating func insert(_ key: UInt64) {
    let bit = key % Self.bitCount
    bits[Int(bit / 64)] |= 1 << (bit % 64)
    keys.insert(key)
  }
}
