/// An exact decimal number: `significand / 10^scale`.
///
/// Equal numbers have equal representations, however they were written (`1.50`, `1.5`, `15e-1`): a fraction
/// has no trailing zeros, and a whole number has scale 0 unless it is too large for 128 bits.
public struct JSONDecimal: Sendable, Hashable {
  // An `Int128` would align every `JSONValue` to 16 bytes, and a wide scale would make it larger by a third.
  private let high: Int64
  private let low: UInt64
  private let narrowScale: Int32

  /// The digits, with the sign.
  public var significand: Int128 { Int128(high) << 64 | Int128(low) }

  /// Digits after the point. Negative only if the number is whole and does not fit 128 bits: then it counts
  /// the zeros after the significand.
  public var scale: Int { Int(narrowScale) }

  /// - Parameter scale: Must fit 32 bits.
  public init(significand: Int128, scale: Int) {
    var (significand, scale) = (significand, scale)
    if significand == 0 {
      scale = 0
    } else if scale > 0 {
      Self.removeTrailingZeros(&significand, &scale)
    } else {
      while scale < 0 {
        let (product, overflow) = significand.multipliedReportingOverflow(by: 10)
        if overflow { break }
        significand = product
        scale += 1
      }
    }
    self.init(high: Int64(significand >> 64), low: UInt64(truncatingIfNeeded: significand), scale: scale)
  }

  /// Creates a whole number.
  public init(_ value: Int64) {
    self.init(high: value >> 63, low: UInt64(bitPattern: value), scale: 0)
  }

  private init(high: Int64, low: UInt64, scale: Int) {
    self.high = high
    self.low = low
    narrowScale = Int32(scale)
  }

  /// Creates the shortest decimal that parses back to `value`: the number that JSON shows for the double, so
  /// that a tenth is 0.1 and not the nearest binary fraction. Fails for infinities and NaN, which are not
  /// decimals.
  public init?(shortest value: Double) {
    // Up to this magnitude, the shortest decimal of a whole double is the whole number itself.
    if value.magnitude <= 0x1p53, let whole = Int64(exactly: value) {
      self.init(whole)
      return
    }
    // A finite double has at most 17 digits, so it is always a decimal.
    switch try? JSONValue(parsing: value.description) {
    case .integer(let whole): self.init(whole)
    case .decimal(let decimal): self = decimal
    default: return nil
    }
  }

  /// Whether the number has no fraction, however large it is.
  public var isWhole: Bool { scale <= 0 }

  /// The value as a whole number, or nil if it is not whole or does not fit.
  public var wholeNumber: Int64? {
    scale == 0 ? Int64(exactly: significand) : nil
  }

  /// The nearest double.
  public var double: Double {
    // Both operands are exact here, so the single division rounds correctly.
    if scale >= 0, scale < Self.exactPowersOfTen.count, significand.magnitude <= 1 << 53 {
      return Double(Int64(truncatingIfNeeded: significand)) / Self.exactPowersOfTen[scale]
    }
    // Otherwise the library's parser rounds correctly from the digits and the exponent.
    return Double("\(significand)e\(-scale)") ?? .infinity
  }

  /// The powers of ten that a double represents exactly.
  private static let exactPowersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19, 1e20, 1e21, 1e22,
  ]

  private static func removeTrailingZeros(_ significand: inout Int128, _ scale: inout Int) {
    // Division of 128 bits is many times slower than of 64, and most numbers fit.
    if var small = Int64(exactly: significand) {
      while scale > 0, small % 10 == 0 {
        small /= 10
        scale -= 1
      }
      significand = Int128(small)
      return
    }
    while scale > 0, significand % 10 == 0 {
      significand /= 10
      scale -= 1
    }
  }
}
