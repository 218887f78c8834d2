import Engine

/// The 128-bit secret with which all checksums of a cache are computed.
///
/// A store created by this program keeps a random secret in its change log, and no cache file reveals it.
/// Therefore a user who can write to the cache but cannot read the store cannot compute a valid checksum, and
/// the files of another store's cache are not valid either.
struct CacheKey: Equatable, Sendable {
  /// The key for caches of files that have no secret; only permissions protect these caches.
  static let published = CacheKey(0x9E37_79B9_7F4A_7C15, 0xF39C_C060_5CED_C834)

  private let first: UInt64
  private let second: UInt64
  /// Derived: the multiplier and the seed of the checksum's lanes.
  let multiplier: UInt64
  let seed: UInt64

  static let byteCount = 16

  init(_ first: UInt64, _ second: UInt64) {
    (self.first, self.second) = (first, second)
    multiplier = SipHash.hash(0, 1, key: (first, second))
    seed = SipHash.hash(0, 2, key: (first, second))
  }

  /// Nil if the count is not ``byteCount``.
  init?(_ bytes: Bytes) {
    guard bytes.count == Self.byteCount else { return nil }
    let words = stride(from: 0, to: bytes.count, by: 8).map { start in
      bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(words[0], words[1])
  }

  /// Distinguishes caches with different keys, and reveals nothing else about the key.
  var checkValue: UInt64 { SipHash.hash(0, 0, key: (first, second)) }

  /// A number that nobody can predict without the key, even if they know other hashes.
  func hash(_ bytes: Bytes) -> UInt64 { SipHash.hash(bytes, key: (first, second)) }
}

/// How many bytes are processed together: they fit into the cache of a core.
private let blockBytes = 1 << 15
/// Two words for each of four lanes.
private let stripeBytes = 64

extension CacheKey {
  /// What a checksum covers. A checksum for one kind of content is not valid for the same bytes as another
  /// kind.
  enum Content: UInt64 {
    case manifest = 1
    case table, section, text
  }

  /// A 64-bit checksum, computed faster than memory is read. Without the key nobody can change the bytes so
  /// that the checksum stays valid.
  ///
  /// The bytes go through four lanes of wyhash (final version 4). Each lane folds 16 bytes at a time into the
  /// halves of a 64 by 64 bit product; its multipliers are derived from the key. Then SipHash with the key
  /// combines the lanes into one number, so that published checksums reveal nothing about the lanes.
  ///
  /// - Parameter body: receives all bytes, piece by piece, each right after it was read.
  func checksum(
    _ bytes: UnsafeRawBufferPointer, of content: Content, body: (UnsafeRawBufferPointer) -> Void = { _ in }
  ) -> UInt64 {
    var lanes = Lanes(self)
    let whole = bytes.count / stripeBytes * stripeBytes
    for start in stride(from: 0, to: bytes.count, by: blockBytes) {
      let end = min(start + blockBytes, bytes.count)
      // Each lane processes a quarter, which is several pages long: the processor stalls at the start of each
      // page, and so it waits for four pages at the same time.
      let quarter = (min(end, whole) - start) / 4
      for offset in stride(from: start, to: start + quarter, by: stripeBytes / 4) {
        lanes.add(bytes, offset, apart: quarter)
      }
      body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
    }
    if whole < bytes.count {
      // Padded with zeros; the byte count is part of the checksum.
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
  // Scalars, not vectors, because most processors multiply 64-bit integers only one at a time.
  private(set) var sums: (UInt64, UInt64, UInt64, UInt64)
  private let multipliers: (UInt64, UInt64, UInt64, UInt64)

  /// The lanes differ by the constants that wyhash publishes.
  @inline(__always)
  init(_ key: CacheKey) {
    multipliers = (
      key.multiplier ^ 0xA076_1D64_78BD_642F, key.multiplier ^ 0xE703_7ED1_A0B4_28DB,
      key.multiplier ^ 0x8EBC_6AF0_9C88_C6E3, key.multiplier ^ 0x5899_65CC_7537_4CC3
    )
    sums = (key.seed, key.seed ^ 1, key.seed ^ 2, key.seed ^ 3)
  }

  /// Adds two words to each lane. The words of the first lane are at `offset`, those of each next lane
  /// `distance` bytes further. All are within `bytes`.
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

/// The high half of the product XOR its low half.
@inline(__always)
private func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
  let product = a.multipliedFullWidth(by: b)
  return product.high ^ product.low
}
