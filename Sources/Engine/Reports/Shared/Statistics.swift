/// Returns the value that `percent` of 100 of the values do not exceed: of n sorted values the one at place
/// ⌈percent·n/100⌉, so the median is that of 50 percent. Defined in `Sources/Engine/Reports/README.md`, section
/// "Percentiles and averages".
///
/// - Parameter sorted: Ascending and not empty.
/// - Parameter percent: From 1 to 100.
func percentile(_ percent: Int, of sorted: [Int64]) -> Int64 {
  precondition((1...100).contains(percent) && !sorted.isEmpty)
  return sorted[(percent * sorted.count + 99) / 100 - 1]
}

/// Returns the whole number nearest to a sum divided by a count that is positive; halves go away from zero.
func average(sum: Int64, count: Int) -> Int64 {
  let (quotient, remainder) = sum.magnitude.quotientAndRemainder(dividingBy: UInt64(count))
  let rounded = quotient + (remainder >= UInt64(count) - remainder ? 1 : 0)
  return sum < 0 ? Int64(truncatingIfNeeded: 0 &- rounded) : Int64(truncatingIfNeeded: rounded)
}
