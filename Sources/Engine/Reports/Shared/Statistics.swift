/// Returns the index, among so many sorted values, of the one that `percent` of 100 of them do not exceed: of n values the
/// one at place ⌈percent·n/100⌉, so the median is that of 50 percent. Defined in `Sources/Engine/Reports/README.md`, section
/// "Percentiles and averages".
///
/// - Parameter percent: From 1 to 100.
/// - Parameter count: At least 1.
func percentileIndex(_ percent: Int, of count: Int) -> Int {
  precondition((1...100).contains(percent) && count > 0)
  return (percent * count + 99) / 100 - 1
}

/// Returns a quotient rounded to the nearest whole number, halves away from zero. The divisor must be positive.
package func roundedQuotient(_ dividend: Int128, _ divisor: Int128) -> Int128 {
  let (quotient, remainder) = dividend.magnitude.quotientAndRemainder(dividingBy: divisor.magnitude)
  let rounded = Int128(quotient) + (remainder * 2 >= divisor.magnitude ? 1 : 0)
  return dividend < 0 ? -rounded : rounded
}

/// Returns the average of the seconds of some visits in whole milliseconds, halves up; nil without visits.
func averageMilliseconds(ofSeconds seconds: Int64, visits: Int) -> Int64? {
  visits == 0 ? nil : Int64(clamping: roundedQuotient(Int128(seconds) * 1000, Int128(visits)))
}
