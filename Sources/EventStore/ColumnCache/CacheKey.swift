import Engine

/// The secret of 128 bits that all checksums of a cache are made with.
///
/// A store of our own keeps a random one beside its change record, and no file of its cache shows it. So whoever can
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
  var fingerprint: UInt64 { SipHash.hash(0, 0, key: (first, second)) }

  /// A number that nobody can tell who does not know the key, whatever others he knows.
  func hash(_ bytes: Bytes) -> UInt64 { SipHash.hash(bytes, key: (first, second)) }
}
