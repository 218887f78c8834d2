/// The 128 bits of a UUID.
struct UUIDBits: Equatable {
  let high: UInt64
  let low: UInt64

  /// A missing id. No UUID has this upper half, because no UUID version allows it.
  static let none = UUIDBits(high: .max, low: .max)

  /// Represents an id that is not a UUID by its code in an interner.
  init(text code: UInt32) { self.init(high: .max, low: UInt64(code)) }

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Fails unless `text` is `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` in lower-case hexadecimal.
  init?(canonical text: Bytes) {
    guard text.count == 36, let start = text.baseAddress else { return nil }
    // Sound: the last four bytes that are read are the last of 36.
    let hyphen = UInt8(ascii: "-")
    let hyphens = (start[8] ^ hyphen) | (start[13] ^ hyphen) | (start[18] ^ hyphen) | (start[23] ^ hyphen)
    guard hyphens == 0, let first = hexadecimal(loadWord(start)),
      let second = hexadecimal(loadHalfWord(start + 9) | loadHalfWord(start + 14) << 32),
      let third = hexadecimal(loadHalfWord(start + 19) | loadHalfWord(start + 24) << 32),
      let fourth = hexadecimal(loadWord(start + 28))
    else { return nil }
    self.init(high: first << 32 | second, low: third << 32 | fourth)
    if high == .max { return nil }
  }

  /// The interner's code if the id is not a UUID, else nil.
  var textCode: UInt32? { high == .max ? UInt32(truncatingIfNeeded: low) : nil }

  @inline(__always)
  func hash(_ key: HashKey) -> UInt64 { key.hash(high, low) }
}

/// Parses the eight hexadecimal digits of a word in parallel. Returns nil if one is not a lower-case
/// hexadecimal digit.
@inline(__always)
private func hexadecimal(_ word: UInt64) -> UInt64? {
  // `0` to `9` are 0x30 to 0x39, `a` to `f` are 0x61 to 0x66.
  let letters = (word >> 6) & repeated(1)
  let values = (word & repeated(0x0F)) &+ letters &* 9
  let wrongUpperHalf = (word & repeated(0xF0)) ^ (repeated(0x30) &+ letters &* 0x30)
  let over15 = values & repeated(0x10)
  // The values of letters, and only of letters, are 10 or more.
  let wrongKind = ((values &+ repeated(6)) & repeated(0x10)) ^ (letters << 4)
  guard wrongUpperHalf | over15 | wrongKind == 0 else { return nil }
  // The first digit is in the lowest byte: reverse the bytes, then pack the digits.
  var digits = values.byteSwapped
  digits = (digits | digits >> 4) & 0x00FF_00FF_00FF_00FF
  digits = (digits | digits >> 8) & 0x0000_FFFF_0000_FFFF
  return (digits | digits >> 16) & 0xFFFF_FFFF
}
