import Engine

/// The secret of 128 bits that all checksums of a cache are made with.
///
/// A store of our own keeps a random one beside its change log, and no file of its cache shows it. So whoever can
/// write to the cache but cannot read the store makes no checksum that fits, and neither do the files of another store.
struct CacheKey: Equatable, Sendable {
  /// Of caches of files without a secret, which only their permissions protect.
  static let published = CacheKey(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C834)

  private let first: UInt64
  private let second: UInt64
  /// Derived: what bytes are folded with.
  let multiplier: UInt64
  let seed: UInt64

  static let byteCount = 16

  init(_ first: UInt64, _ second: UInt64) {
    (self.first, self.second) = (first, second)
    multiplier = SipHash.hash(0, 1, key: (first, second))
    seed = SipHash.hash(0, 2, key: (first, second))
  }

  /// Nil for any other count than ``byteCount``.
  init?(_ bytes: Bytes) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = stride(from: 0, to: bytes.count, by: 8).map { start in
      bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(words[0], words[1])
  }

  /// Tells caches of different keys apart, and says nothing else of the key.
  var checkValue: UInt64 { SipHash.hash(0, 0, key: (first, second)) }

  /// A number that nobody can tell who does not know the key, whatever others he knows.
  func hash(_ bytes: Bytes) -> UInt64 { SipHash.hash(bytes, key: (first, second)) }
}

/// How many bytes are looked at together: they stay in the cache of a core.
private let blockBytes = 1 << 15
/// Two words for each of four lanes.
private let stripeBytes = 64

extension CacheKey {
  /// What a checksum is made of. One of some content does not fit the same bytes as another.
  enum Content: UInt64 {
    case manifest = 1
    case table, section, text
  }

  /// A checksum of 64 bits, faster than memory, that cannot be kept without the key by any change.
  ///
  /// Bytes go through four lanes of wyhash (final version 4), each of which takes in 16 bytes by one product of 64 by
  /// 64 bits whose halves are folded; the numbers that they are folded with are derived from the key. SipHash with the
  /// key then makes one number of the lanes, so that checksums that somebody sees tell nothing of them.
  ///
  /// - Parameter look: is given all bytes, piece by piece, each when it has just been read.
  func checksum(
    _ bytes: UnsafeRawBufferPointer, of content: Content, look: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) -> UInt64 {
    var lanes = Lanes(self)
    let whole = bytes.count / stripeBytes * stripeBytes
    for start in stride(from: 0, to: bytes.count, by: blockBytes) {
      let end = min(start + blockBytes, bytes.count)
      // Each lane walks a quarter, which is some pages long: the processor waits for memory where a page begins, and
      // waits for four pages at once.
      let quarter = (min(end, whole) - start) / 4
      for offset in stride(from: start, to: start + quarter, by: stripeBytes / 4) {
        lanes.add(bytes, offset, apart: quarter)
      }
      look(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
    if whole < bytes.count {
      // Filled up with zeros; the count says how many.
      withUnsafeTemporaryAllocation(byteCount: stripeBytes, alignment: 8) { last in
        last.initializeMemory(as: UInt8.self, repeating: 0)
        last.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[whole...]))
        lanes.add(UnsafeRawBufferPointer(last), 0, apart: stripeBytes / 4)
      }
    }
    let (a, b, c, d) = lanes.sums
    return withUnsafeBytes(of: (content.rawValue, UInt64(bytes.count), a, b, c, d)) { words in
      hash(words.assumingMemoryBound(to: UInt8.self))
    }
  }

  func checksum(_ bytes: [UInt8], of content: Content) -> UInt64 {
    bytes.withUnsafeBytes { checksum($0, of: content) }
  }
}

private struct Lanes {
  // Numbers and no vectors: most processors multiply 64 bits only one at a time.
  private(set) var sums: (UInt64, UInt64, UInt64, UInt64)
  private let multipliers: (UInt64, UInt64, UInt64, UInt64)

  /// Lanes differ by the secrets that wyhash has published.
  @inline(__always)
  init(_ key: CacheKey) {
    multipliers = (
      key.multiplier ^ 0xA076_1D64_78BD_642F, key.multiplier ^ 0xE703_7ED1_A0B4_28DB,
      key.multiplier ^ 0x8EBC_6AF0_9C88_C6E3, key.multiplier ^ 0x5899_65CC_7537_4CC3
    )
    sums = (key.seed, key.seed ^ 1, key.seed ^ 2, key.seed ^ 3)
  }

  /// Takes in two words for each lane, those of the first at `offset`, the others so many bytes apart. All are within
  /// `bytes`.
  @inline(__always)
  mutating func add(_ bytes: UnsafeRawBufferPointer, _ offset: Int, apart distance: Int) {
    func word(_ lane: Int, _ index: Int) -> UInt64 {
      bytes.loadUnaligned(fromByteOffset: offset &+ distance &* lane &+ 8 &* index, as: UInt64.self)
    }
    sums.0 = folded(word(0, 0) ^ multipliers.0, word(0, 1) ^ sums.0)
    sums.1 = folded(word(1, 0) ^ multipliers.1, word(1, 1) ^ sums.1)
    sums.2 = folded(word(2, 0) ^ multipliers.2, word(2, 1) ^ sums.2)
    sums.3 = folded(word(3, 0) ^ multipliers.3, word(3, 1) ^ sums.3)
  }
}

/// The halves of a product, one over the other.
@inline(__always)
private func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}
