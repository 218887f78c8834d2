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
