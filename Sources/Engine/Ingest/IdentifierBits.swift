import System

/// An id in 128 bits: a UUID, or the code of another text in an interner.
struct IdentifierBits: Equatable {
  let high: UInt64
  let low: UInt64

  /// A missing id. No UUID has this upper half, because no UUID version allows it.
  static let none = IdentifierBits(high: .max, low: .max)

  /// Represents an id that is not a UUID by its code in an interner.
  init(text code: UInt32) { self.init(high: .max, low: UInt64(code)) }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Fails unless `text` is a UUID in lowercase: an id with capitals is another id.
  init?(canonical text: Bytes) {
    guard let uuid = UUIDBits(text, allowsCapitals: false), uuid.high != .max else { return nil }
    self.init(high: uuid.high, low: uuid.low)
  }

  /// The interner's code if the id is not a UUID, else nil.
  var textCode: UInt32? { high == .max ? UInt32(truncatingIfNeeded: low) : nil }

  @inline(__always)
  func hash(_ key: HashKey) -> UInt64 { key.hash(high, low) }
}
