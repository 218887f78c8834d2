extension Int64 {
  /// The quotient rounded down and the remainder in 0..<divisor, as time before 1970 needs them.
  /// `divisor` is positive.
  func floorDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// This number of seconds in milliseconds, or the nearest number there is.
  var secondsAsMilliseconds: Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: 1000)
    return overflow ? (self < 0 ? .min : .max) : product
  }
}
