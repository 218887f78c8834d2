import Engine
import Testing

struct TenThousandthsTests {
  private func check(_ text: String, _ expected: Int64?, sourceLocation: SourceLocation = #_sourceLocation) {
    let parsed = Array(text.utf8).withUnsafeBufferPointer { parseTenThousandths($0) }
    #expect(parsed == expected, "\(text)", sourceLocation: sourceLocation)
  }

  @Test func `four decimals are exact`() {
    check("0", 0)
    check("0.1", 1_000)
    check("34.84", 348_400)
    check("34.8400", 348_400)
    check("-0.0001", -1)
    check("+7", 70_000)
    check(".5", 5_000)
    check("5.", 50_000)
    check("00012.50", 125_000)
    check("999999999.9999", 9_999_999_999_999)
    check("123456789012345.6789", 1_234_567_890_123_456_789)
  }

  @Test func `more decimals round half away from zero`() {
    check("0.00005", 1)
    check("-0.00005", -1)
    check("0.00004999", 0)
    check("1.23455", 12_346)
    check("0.99995", 10_000)
    check("0.000049999999999999999999999999999999", 0)
  }

  @Test func `an exponent moves the point`() {
    check("1e3", 10_000_000)
    check("1.5E+2", 1_500_000)
    check("12345e-4", 12_345)
    check("5e-5", 1)
    check("5e-6", 0)
    check("9e-99999999999999999999", 0)
    check("0e99999999999999999999", 0)
  }

  @Test func `what does not fit is refused`() {
    check("922337203685477.5807", .max)
    check("-922337203685477.5808", .min)
    check("922337203685477.5808", nil)
    check("-922337203685477.5809", nil)
    check("922337203685477.58075", nil)
    check("1844674407370955.16155", nil)
    check("1e15", nil)
    check("1e99999999999999999999", nil)
  }

  @Test func `what is no number is refused`() {
    for text in [
      "", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "1,5", " 1", "1 ", "NaN", "inf", "0x10", "1e1.5",
    ] {
      check(text, nil)
    }
  }
}
