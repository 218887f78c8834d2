import Engine
import Testing

@testable import EventStore

struct TimestampTests {
  private func check(_ text: String, _ expected: Int64?, sourceLocation: SourceLocation = #_sourceLocation) {
    let parsed = Array(text.utf8).withUnsafeBufferPointer { parseTimestamp($0) }
    #expect(parsed == expected, "\(text)", sourceLocation: sourceLocation)
  }

  @Test func `dates and times are UTC without a zone`() {
    check("2025-03-05 21:54:42", 1_741_211_682_000)
    check("2025-03-05 21:54:42.123", 1_741_211_682_123)
    check("2025-03-05T21:54:42Z", 1_741_211_682_000)
    check("2025-03-05T22:54:42+01:00", 1_741_211_682_000)
    check("2025-03-05 21:54:42+00", 1_741_211_682_000)
  }

  @Test func `small numbers are seconds and large ones milliseconds`() {
    check("0", 0)
    check("1741211682", 1_741_211_682_000)
    check("1741211682.123", 1_741_211_682_123)
    check("99999999999", 99_999_999_999_000)
    check("100000000000", 100_000_000_000)
    check("1741211682123", 1_741_211_682_123)
    check("-1", -1_000)
    check("-0.0005", -1)
  }

  @Test func `what is no time is refused`() {
    check("99999999999999", 99_999_999_999_999)
    check("100000000000000", 100_000_000_000_000)
    check("253402300799999", 253_402_300_799_999)
    check("253402300800000", nil)
    check("1741211682123456", nil)
    check("-62167219200", -62_167_219_200_000)
    check("-62167219201", nil)
    check("-62167219200001", nil)
    check("99999999999999999999", nil)
    check("yesterday", nil)
    check("2025-13-05 21:54:42", nil)
    check("2025-03-05 21:54:42 x", nil)
  }
}
