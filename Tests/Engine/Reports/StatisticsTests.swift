import Testing

@testable import Engine

@Suite struct StatisticsTests {
  @Test(arguments: [
    ([7], 50, 7), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), ([1, 2], 51, 2), ([1, 2], 100, 2), ([1, 2], 1, 1),
    (Array(1...10), 90, 9), (Array(1...11), 90, 10), (Array(1...100), 90, 90), (Array(1...100), 91, 91),
  ]) func `a percentile is the value at place p n / 100, rounded up`(
    values: [Int64], percent: Int, expected: Int64
  ) {
    #expect(percentile(percent, of: values) == expected)
  }
}
