import JSON
import Testing

/// Which of its three forms a number takes, and that nothing of its value is lost on the way.
struct NumberTests {
  private func check(
    _ text: String, _ expected: JSONValue, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let value = try JSONValue(parsing: text)
    switch (value, expected) {
    case (.integer(let a), .integer(let b)): #expect(a == b, sourceLocation: sourceLocation)
    case (.double(let a), .double(let b)): #expect(a == b, sourceLocation: sourceLocation)
    case (.decimal(let a), .decimal(let b)):
      #expect(a.significand == b.significand, sourceLocation: sourceLocation)
      #expect(a.scale == b.scale, sourceLocation: sourceLocation)
    default: Issue.record("\(text) is read as \(value)", sourceLocation: sourceLocation)
    }
  }

  private func decimal(_ significand: Int128, _ scale: Int) -> JSONValue {
    .decimal(JSONDecimal(significand: significand, scale: scale))
  }

  @Test func `whole numbers of 64 bits are integers`() throws {
    try check("0", 0)
    try check("-0", 0)
    try check("-1", -1)
    try check("999999999999999999", 999_999_999_999_999_999)
    try check("1000000000000000000", 1_000_000_000_000_000_000)
    try check("9223372036854775807", .integer(.max))
    try check("-9223372036854775808", .integer(.min))
  }

  @Test(
    arguments: [
      ("7", 7), ("7.0", 7), ("9223372036854775807", .max), ("9223372036854775808", .max), ("1e30", .max),
      ("1e60", .max), ("1e300", .max), ("-9223372036854775808", .min), ("-9223372036854775809", .min),
      ("-1e60", .min), ("1.5", nil), ("9223372036854775807.5", nil), ("1e-400", nil), (#""7""#, nil),
    ] as [(String, Int64?)])
  func `a whole number beyond 64 bits is clamped`(text: String, expected: Int64?) throws {
    #expect(try JSONValue(parsing: text).clampedWholeNumber == expected)
  }

  @Test func `larger whole numbers are exact decimals`() throws {
    try check("9223372036854775808", decimal(9_223_372_036_854_775_808, 0))
    try check("-9223372036854775809", decimal(-9_223_372_036_854_775_809, 0))
    try check("170141183460469231731687303715884105727", decimal(.max, 0))
    try check("1" + String(repeating: "0", count: 60), decimal(1, -60))
  }

  @Test func `fractions and exponents are exact decimals`() throws {
    try check("0.1", decimal(1, 1))
    try check("-12.50", decimal(-125, 1))
    try check("1.0", decimal(1, 0))
    try check("1e0", decimal(1, 0))
    try check("1E+2", decimal(100, 0))
    try check("25e-1", decimal(25, 1))
    try check("0.0", decimal(0, 0))
    try check("-0.0", decimal(0, 0))
    try check("0e99999999999999999999", decimal(0, 0))
    try check("0.00e-7", decimal(0, 0))
    try check("1e00000000000000000000000000001", decimal(10, 0))
    try check("1e308", decimal(1, -308))
    try check("1e-400", decimal(1, 400))
    try check("0.1234567890123456789012345678901234567", decimal(1234567890123456789012345678901234567, 37))
    try check("1." + String(repeating: "0", count: 60), decimal(1, 0))
    try check("0." + String(repeating: "0", count: 60) + "1", decimal(1, 61))
  }

  @Test func `what does not fit a decimal is the nearest double`() throws {
    try check("1234567890123456789012345678901234567890.5", .double(1.2345678901234568e39))
    try check("0." + String(repeating: "3", count: 60), .double(1.0 / 3))
    try check("-3" + String(repeating: "3", count: 60), .double(-3.3333333333333333e60))
  }

  @Test func `the ends of the doubles`() throws {
    try check("1.7976931348623157e308", decimal(17_976_931_348_623_157, -292))
    try check("-1.7976931348623157e308", decimal(-17_976_931_348_623_157, -292))
    #expect(throws: JSONParseError.self) { try JSONValue(parsing: "1.8e308") }
    try check("5e-324", decimal(5, 324))
    #expect(try JSONValue(parsing: "5e-324").double == .leastNonzeroMagnitude)
  }

  @Test(arguments: [
    "1", "-1", "0.5", "1e400", "123456789012345678901234567890123456789012345678901234567890",
  ])
  func `a number ends where the text ends`(text: String) throws {
    // The bytes after the text must not be looked at.
    let bytes = Array((text + "9").utf8)
    let value = try? JSONValue(parsing: bytes.dropLast())
    #expect(value == (try? JSONValue(parsing: text)))
  }
}
