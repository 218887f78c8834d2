import JSON
import Testing

/// Exact arithmetic on decimals.
struct DecimalTests {
  private func decimal(_ text: String) throws -> JSONDecimal {
    try #require(try JSONValue(parsing: text).decimal)
  }

  private func check(
    _ ascending: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let numbers = try ascending.map(decimal)
    for (i, a) in numbers.enumerated() {
      for (j, b) in numbers.enumerated() {
        #expect((a < b) == (i < j), "\(ascending[i]) < \(ascending[j])", sourceLocation: sourceLocation)
      }
    }
  }

  @Test func `numbers are ordered by value across all scales`() throws {
    try check([
      "-1e308", "-170141183460469231731687303715884105728", "-9007199254740993", "-9007199254740992.5",
      "-1e0",
      "-0.1", "-1e-400", "0", "1e-400", "2e-400", "0.09", "0.1", "0.10000000000000000000000000000000000001",
      "1",
      "1.5", "9007199254740992", "9007199254740992.5", "170141183460469231731687303715884105727", "1e39",
      "1.1e39", "1e308",
    ])
  }

  private func check(
    _ dividend: String, isMultipleOf divisor: String, _ expected: Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let isMultiple = try decimal(dividend).isMultiple(of: try decimal(divisor))
    #expect(isMultiple == expected, sourceLocation: sourceLocation)
  }

  @Test func `multiples are exact`() throws {
    try check("0.3", isMultipleOf: "0.1", true)
    try check("0.30000000000000004", isMultipleOf: "0.1", false)
    try check("19.99", isMultipleOf: "0.01", true)
    try check("19.999", isMultipleOf: "0.01", false)
    try check("4.5", isMultipleOf: "1.5", true)
    try check("-35", isMultipleOf: "7", true)
    try check("0", isMultipleOf: "7", true)
    try check("7", isMultipleOf: "0", false)
    try check("1e308", isMultipleOf: "0.5", true)
    try check("1e308", isMultipleOf: "0.123456789", false)
    try check("1e-400", isMultipleOf: "1e300", false)
    try check("1e300", isMultipleOf: "1e-400", true)
    try check("1e300", isMultipleOf: "3e-400", false)
    try check("9223372036854775807", isMultipleOf: "9223372036854775807", true)
    try check(
      "170141183460469231731687303715884105727e10", isMultipleOf: "170141183460469231731687303715884105727",
      true)
    try check(
      "170141183460469231731687303715884105726e10", isMultipleOf: "170141183460469231731687303715884105727",
      false)
  }

  @Test func `whole numbers are told from fractions`() throws {
    #expect(try decimal("12.0").wholeNumber == 12)
    #expect(try decimal("1.2e1").wholeNumber == 12)
    #expect(try decimal("1.25e1").wholeNumber == nil)
    #expect(try decimal("9223372036854775807.0").wholeNumber == .max)
    #expect(try decimal("9223372036854775808").wholeNumber == nil)
    #expect(try decimal("1e300").isWhole)
    #expect(try decimal("1e300").wholeNumber == nil)
    #expect(try !decimal("1e-1").isWhole)
  }

  @Test(arguments: [
    "0.1", "12.5", "-0.3", "9007199254740993.5", "123456789.123456789123456789", "1e22", "1e23", "4.35",
    "2.675",
    "1e-22", "1e-23", "1.7976931348623157e308", "5e-324",
  ])
  func `the nearest double is the one that the library reads`(text: String) throws {
    #expect(try decimal(text).double == Double(text))
  }

  @Test func `a double becomes its shortest decimal`() {
    #expect(JSONDecimal(shortest: 0.1) == JSONDecimal(significand: 1, scale: 1))
    #expect(JSONDecimal(shortest: 1e16) == JSONDecimal(significand: 1, scale: -16))
    #expect(JSONDecimal(shortest: -0.0) == JSONDecimal(0))
    #expect(JSONDecimal(shortest: 1e300) == JSONDecimal(significand: 1, scale: -300))
    #expect(JSONDecimal(shortest: .leastNonzeroMagnitude) == JSONDecimal(significand: 5, scale: 324))
  }

  @Test func `parts come back as they were given`() {
    for significand in [0, 1, -1, Int128.max, .min, 1 << 64, -(1 << 64), (1 << 64) - 1] {
      #expect(JSONDecimal(significand: significand, scale: 0).significand == significand)
    }
  }
}
