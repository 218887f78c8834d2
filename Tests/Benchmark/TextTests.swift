import Testing

@testable import benchmark

struct TextTests {
  @Test func `texts stand in quotes and quotes are doubled`() {
    #expect(String(decoding: Fields("a", "", "b\"c\nd").bytes, as: UTF8.self) == "\"a\",\"\",\"b\"\"c\nd\"")
    #expect(String(decoding: Fields(number: 2, "x").bytes, as: UTF8.self) == "2,\"x\"")
  }

  @Test(arguments: [
    (0, "1970-01-01"), (11_016, "2000-02-29"), (20_148, "2025-03-01"), (47_540, "2100-02-28"),
    (47_541, "2100-03-01"),
  ])
  func `dates and day numbers are the same days`(dayNumber: Int, text: String) {
    #expect(CalendarDate(dayNumber: dayNumber).description == text)
    #expect(CalendarDate(startOf: text)?.dayNumber == dayNumber)
  }

  @Test(arguments: ["", "2025-02-29", "2025-13-01", "2025-3-1", "2025-03-0x", "0000-01-01", "2025-00-10"])
  func `a day that does not exist is none`(text: String) {
    #expect(CalendarDate(startOf: text) == nil)
  }

  @Test func `times of several days are rendered in UTC`() {
    var timestamps = TimestampFields(from: CalendarDate(dayNumber: 20_148))
    var text: [UInt8] = []
    for seconds in [0, 86_399, 86_400] { timestamps.append(seconds: seconds, to: &text) }
    #expect(
      String(decoding: text, as: UTF8.self)
        == #""2025-03-01 00:00:00""2025-03-01 23:59:59""2025-03-02 00:00:00""#)
  }

  @Test(arguments: [
    (0.0, 0, "0"), (999.5, 0, "1,000"), (1_234_567.0, 0, "1,234,567"), (0.045, 1, "0.0"),
    (-1.26, 1, "-1.3"), (1000.999, 2, "1,001.00"),
  ])
  func `numbers are rounded and have their thousands apart`(number: Double, digits: Int, text: String) {
    #expect(decimalText(number, digits: digits) == text)
  }

  @Test func `columns are aligned`() {
    var table = TextTable(["a": .left, "long": .right, "c": .left])
    table.append(["×××", "1", ""])
    #expect(table.text == "a    long  c\n×××     1\n")
  }

  @Test func `the median of an even number of samples lies between the two in the middle`() {
    #expect(Samples([.seconds(9), .seconds(1), .seconds(4)]).median == .seconds(4))
    #expect(Samples([.seconds(9), .seconds(1), .seconds(4), .seconds(2)]).median == .seconds(3))
  }
}
