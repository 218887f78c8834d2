/// How a visit began: its first items, packed as digits, the last one lowest.
///
/// There are several widths, and the narrowest that holds the items of a website is taken: most often a path
/// is one word.
protocol JourneyPath: Hashable, BitwiseCopyable, Sendable {
  static var bitWidth: Int { get }

  /// The path without items.
  init()

  mutating func append(_ item: UInt32, bits: Int)

  /// Takes the last item off and gives it; 0 where there is none.
  mutating func removeLast(bits: Int) -> UInt32

  /// How many items it has, the `end` among them; no item is 0.
  func itemCount(bits: Int) -> Int

  /// The item that so many others follow.
  func item(before others: Int, bits: Int) -> UInt32

  /// Equally spread over its upper and its lower bits, and not to be foreseen without the seed.
  func hash(_ seed: UInt64) -> UInt64
}

extension JourneyPath {
  /// The items, with the `end` that stands for null.
  func items(bits: Int) -> [UInt32] {
    var (path, items) = (self, [UInt32]())
    while path != Self() { items.append(path.removeLast(bits: bits)) }
    return items.reversed()
  }
}

extension JourneyPath where Self: FixedWidthInteger {
  @inline(__always)
  mutating func append(_ item: UInt32, bits: Int) {
    self = self &<< Self(truncatingIfNeeded: bits) | Self(truncatingIfNeeded: item)
  }

  mutating func removeLast(bits: Int) -> UInt32 {
    let item = UInt32(truncatingIfNeeded: self) & UInt32(truncatingIfNeeded: (UInt64(1) << bits) - 1)
    self >>= bits
    return item
  }
}

extension JourneyPath where Self: FixedWidthInteger {
  func itemCount(bits: Int) -> Int { (Self.bitWidth - leadingZeroBitCount + bits - 1) / bits }

  func item(before others: Int, bits: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: (self >> (others * bits)) & Self((UInt64(1) << bits) - 1))
  }
}

extension UInt64: JourneyPath {
  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 {
    let product = (self ^ seed).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

extension UInt128: JourneyPath {
  @inline(__always)
  func hash(_ seed: UInt64) -> UInt64 {
    let upper = UInt64(truncatingIfNeeded: self >> 64).hash(seed)
    return (UInt64(truncatingIfNeeded: self) ^ upper).hash(seed)
  }
}

/// Wide enough for the most steps that can be asked for, whatever the number of items.
struct WideJourneyPath: JourneyPath {
  static let bitWidth = 256

  private var high: UInt128 = 0
  private var low: UInt128 = 0

  mutating func append(_ item: UInt32, bits: Int) {
    high = high << bits | low >> (UInt128.bitWidth - bits)
    low = low << bits | UInt128(item)
  }

  mutating func removeLast(bits: Int) -> UInt32 {
    let item = low & ((1 << bits) - 1)
    low = low >> bits | high << (UInt128.bitWidth - bits)
    high >>= bits
    return UInt32(item)
  }

  func itemCount(bits: Int) -> Int {
    let unused = high == 0 ? UInt128.bitWidth + low.leadingZeroBitCount : high.leadingZeroBitCount
    return (Self.bitWidth - unused + bits - 1) / bits
  }

  func item(before others: Int, bits: Int) -> UInt32 {
    let shift = others * bits
    // A shift by more bits than there are gives 0, and one to the other side is one by less than none.
    let shifted = low >> shift | high << (UInt128.bitWidth - shift)
    return UInt32(shifted & ((1 << bits) - 1))
  }

  func hash(_ seed: UInt64) -> UInt64 {
    (UInt128(high.hash(seed)) << 64 | UInt128(low.hash(seed))).hash(seed)
  }
}
