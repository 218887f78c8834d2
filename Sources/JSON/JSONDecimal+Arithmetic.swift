extension JSONDecimal: Comparable {
  public static func < (a: JSONDecimal, b: JSONDecimal) -> Bool {
    if a.scale == b.scale { return a.significand < b.significand }
    if a.scale < b.scale {
      // If a's digits overflow at b's scale, a is farther from zero than b.
      guard let scaled = a.significand(atScale: b.scale) else { return a.significand < 0 }
      return scaled < b.significand
    }
    guard let scaled = b.significand(atScale: a.scale) else { return b.significand > 0 }
    return a.significand < scaled
  }

  /// Returns whether the number is an exact multiple of `divisor`: 0.3 is a multiple of 0.1.
  public func isMultiple(of divisor: JSONDecimal) -> Bool {
    let (dividend, modulus) = (significand.magnitude, divisor.significand.magnitude)
    if dividend == 0 { return true }
    if modulus == 0 { return false }
    if scale > divisor.scale {
      // A divisor that overflows at the dividend's scale is larger than the dividend.
      guard let scaled = divisor.significand(atScale: scale) else { return false }
      return dividend % scaled.magnitude == 0
    }
    var remainder = dividend % modulus
    for _ in 0..<(divisor.scale - scale) where remainder != 0 {
      remainder = remainder.timesTen(modulo: modulus)
    }
    return remainder == 0
  }

  /// Returns the significand with more digits after the point; nil on overflow.
  private func significand(atScale other: Int) -> Int128? {
    var result = significand
    if result == 0 { return 0 }
    for _ in 0..<(other - scale) {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    return result
  }
}

extension UInt128 {
  /// Returns `self * 10 % modulus` for a value below the modulus. Sums of two such values fit, because the
  /// magnitude of an `Int128` has at most 127 bits and a carry.
  fileprivate func timesTen(modulo modulus: UInt128) -> UInt128 {
    func sum(_ a: UInt128, _ b: UInt128) -> UInt128 {
      a >= modulus - b ? a - (modulus - b) : a + b
    }
    let double = sum(self, self)
    let five = sum(sum(double, double), self)
    return sum(five, five)
  }
}
