import Testing

@testable import Engine

@Suite struct StatisticsTests {
  @Test(arguments: [
    ([7], 50, 7), ([1, 2], 50, 1), ([1, 2, 3], 50, 2), ([1, 2], 51, 2), ([1, 2], 100, 2), ([1, 2], 1, 1),
    (Array(1...10), 90, 9), (Array(1...11), 90, 10), (Array(1...100), 90, 90), (Array(1...100), 91, 91),
  ]) func `a percentile is the value at place p n / 100, rounded up`(
    values: [Int64], percent: Int, expected: Int64
  ) {
    #expect(values.sorted()[percentileIndex(percent, of: values.count)] == expected)
  }

  @Test(arguments: [
    (0, 3, 0), (1, 3, 0), (3, 2, 2), (2, 3, 1), (-1, 3, 0), (-3, 2, -2), (-2, 3, -1), (7, 7, 1),
  ])
  func `a quotient is rounded to the nearest whole number, halves away from zero`(
    dividend: Int, divisor: Int, expected: Int
  ) {
    #expect(roundedQuotient(Int128(dividend), Int128(divisor)) == Int128(expected))
  }

  @Test func `the average of seconds is in whole milliseconds`() {
    #expect(averageMilliseconds(ofSeconds: 40, visits: 3) == 13_333)
    #expect(averageMilliseconds(ofSeconds: 5, visits: 2000) == 3)
    #expect(averageMilliseconds(ofSeconds: .max, visits: 1) == .max)
    #expect(averageMilliseconds(ofSeconds: 0, visits: 0) == nil)
  }

  @Test(arguments: [0, 1, 0b1010, UInt64.max, 1 << 63])
  func `each set bit is visited once, from the lowest`(bits: UInt64) {
    var visited: [Int] = []
    bits.forEachSetBit { visited.append($0) }
    #expect(visited == (0..<64).filter { bits >> UInt64($0) & 1 == 1 })
  }
}
