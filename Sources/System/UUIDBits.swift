/// The 128 bits of a UUID (RFC 9562), the first eight bytes in `high`.
public struct UUIDBits: Equatable, Sendable {
  /// The first eight bytes, in the order of the text.
  public let high: UInt64
  /// The last eight bytes.
  public let low: UInt64

  /// Takes the bits as they are.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Makes a UUID of a version from bits, of which those of the version and of the variant are replaced
  /// (RFC 9562, section 4).
  public init(version: UInt8, high: UInt64, low: UInt64) {
    self.init(high: high & ~0xF000 | UInt64(version & 15) << 12, low: low & ~(3 << 62) | 1 << 63)
  }

  /// Takes the 16 bytes of a UUID.
  public init(bytes: some Collection<UInt8>) {
    precondition(bytes.count == 16)
    let halves = bytes.reduce((high: UInt64(0), low: UInt64(0))) { halves, byte in
      (halves.high << 8 | halves.low >> 56, halves.low << 8 | UInt64(byte))
    }
    self.init(high: halves.high, low: halves.low)
  }

  /// Reads `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`. Returns nil for any other text, and for capitals unless
  /// they are allowed.
  @inlinable
  public init?(_ text: UnsafeBufferPointer<UInt8>, allowsCapitals: Bool = true) {
    guard text.count == Self.textLength, let start = text.baseAddress else { return nil }
    // Sound: the last four bytes that are read are the last of 36.
    let hyphen = UInt8(ascii: "-")
    let hyphens = (start[8] ^ hyphen) | (start[13] ^ hyphen) | (start[18] ^ hyphen) | (start[23] ^ hyphen)
    guard hyphens == 0, let first = Self.digits(loadWord(start), allowsCapitals),
      let second = Self.digits(loadHalfWord(start + 9) | loadHalfWord(start + 14) << 32, allowsCapitals),
      let third = Self.digits(loadHalfWord(start + 19) | loadHalfWord(start + 24) << 32, allowsCapitals),
      let fourth = Self.digits(loadWord(start + 28), allowsCapitals)
    else { return nil }
    self.init(high: first << 32 | second, low: third << 32 | fourth)
  }

  /// The same for a string, with capitals.
  public init?(_ text: String) {
    guard let uuid = text.utf8.span.withUnsafeBufferPointer({ UUIDBits($0) }) else { return nil }
    self = uuid
  }

  /// The number of bytes of a UUID's text.
  public static let textLength = 36

  /// The text in lowercase.
  public var text: String {
    String(unsafeUninitializedCapacity: Self.textLength) { text in
      // Sound: the buffer has at least the capacity that was asked for.
      text.baseAddress.map(write)
      return Self.textLength
    }
  }

  /// Writes the text in lowercase to `target`, which has room for its 36 bytes.
  public func write(to target: UnsafeMutablePointer<UInt8>) {
    var length = 0
    for digit in 0..<32 {
      if digit == 8 || digit == 12 || digit == 16 || digit == 20 {
        target[length] = UInt8(ascii: "-")
        length += 1
      }
      let word = digit < 16 ? high : low
      target[length] = hexadecimalDigit(UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (digit % 16)) & 15))
      length += 1
    }
  }

  /// The 16 bytes.
  public var bytes: [UInt8] {
    [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) } }
  }

  /// Parses the eight hexadecimal digits of a word in parallel. Returns nil if a byte is not such a digit.
  @inlinable @inline(__always)
  static func digits(_ text: UInt64, _ allowsCapitals: Bool) -> UInt64? {
    // `0` to `9` are 0x30 to 0x39, `a` to `f` are 0x61 to 0x66, and capitals lack 0x20.
    let letters = (text >> 6) & repeated(1)
    let word = allowsCapitals ? text | letters << 5 : text
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
}
