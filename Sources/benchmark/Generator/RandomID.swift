/// A random UUID (version 4, RFC 9562 section 5.4).
struct RandomID {
  private let high: UInt64
  private let low: UInt64

  init(_ random: inout RandomSource) {
    high = random.next() & ~0xF000 | 0x4000
    low = random.next() & ~(0b11 << 62) | 0b10 << 62
  }

  /// Appends the id as a field, in quotes.
  func append(to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for position in 0..<32 {
      if position == 8 || position == 12 || position == 16 || position == 20 {
        text.append(UInt8(ascii: "-"))
      }
      let half = position < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: half >> (60 - UInt64(position % 16) * 4)) & 0xF
      text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
    text.append(UInt8(ascii: "\""))
  }
}
