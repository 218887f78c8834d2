import Testing

@testable import Calendar

/// Dates as requests have them.
@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("2025-05-31", "UTC", "2025-05-31T00:00:00Z", "2025-05-31T23:59:59.999Z"),
    ("2025-05", "UTC", "2025-05-01T00:00:00Z", "2025-05-31T23:59:59.999Z"),
    ("2025", "UTC", "2025-01-01T00:00:00Z", "2025-12-31T23:59:59.999Z"),
    ("2024-02", "UTC", "2024-02-01T00:00:00Z", "2024-02-29T23:59:59.999Z"),
    // Days with a change of the clock have 23 and 25 hours.
    ("2025-03-30", "Europe/Berlin", "2025-03-29T23:00:00Z", "2025-03-30T21:59:59.999Z"),
    ("2025-10-26", "Europe/Berlin", "2025-10-25T22:00:00Z", "2025-10-26T22:59:59.999Z"),
    ("2025-03", "Europe/Berlin", "2025-02-28T23:00:00Z", "2025-03-31T21:59:59.999Z"),
    ("2025", "America/New_York", "2025-01-01T05:00:00Z", "2026-01-01T04:59:59.999Z"),
    // A day that the zone left out begins with the next one, and ends with the one before.
    ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T09:59:59.999Z"),
    ("2011-12", "Pacific/Apia", "2011-12-01T10:00:00Z", "2011-12-31T09:59:59.999Z"),
    // The years end with what can be written.
    ("0000-01-01", "Asia/Tokyo", "0000-01-01T00:00:00Z", "0000-01-01T14:41:00.999Z"),
    ("9999-12-31", "America/New_York", "9999-12-31T05:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("9999", "UTC", "9999-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    // What has a time is an instant, whatever the zone.
    ("2025-05-31T00:00", "Europe/Berlin", "2025-05-31T00:00:00Z", "2025-05-31T00:00:00Z"),
    ("2025-05-31T00:00:00+02:00", "UTC", "2025-05-30T22:00:00Z", "2025-05-30T22:00:00Z"),
    ("Thu Mar 27 2025 00:00:00 GMT+0100", "UTC", "2025-03-26T23:00:00Z", "2025-03-26T23:00:00Z"),
    ("1747519200000", "Europe/Berlin", "2025-05-17T22:00:00Z", "2025-05-17T22:00:00Z"),
    ("17475192000", "UTC", "1970-07-22T06:13:12Z", "1970-07-22T06:13:12Z"),
    (" 2025-05 ", "UTC", "2025-05-01T00:00:00Z", "2025-05-31T23:59:59.999Z"),
    ("2025-05-31 00:00:00 UTC", "Europe/Berlin", "2025-05-31T00:00:00Z", "2025-05-31T00:00:00Z"),
    ("-17475192000", "UTC", "1969-06-12T17:46:48Z", "1969-06-12T17:46:48Z"),
  ])
  func `a date has a first and a last millisecond in a zone`(
    text: String, zoneName: String, first: String, last: String
  ) throws {
    let (date, zone) = (try CalendarDate(text), try zone(zoneName))
    #expect(formatInstant(date.start(in: zone)) == first)
    #expect(formatInstant(date.end(in: zone)) == last)
  }

  @Test(arguments: [
    ("2025-02-30", "\"2025-02-30\" is not a valid date: February 2025 has no day 30; its days are 01 to 28"),
    ("2025-13", "\"2025-13\" is not a valid date: there is no month 13; months are 01 to 12"),
    ("0000-00", "\"0000-00\" is not a valid date: there is no month 0; months are 01 to 12"),
    ("2024-04-00", "\"2024-04-00\" is not a valid date: April 2024 has no day 0; its days are 01 to 30"),
    (
      "2025-02-29T10:00:00Z",
      "\"2025-02-29T10:00:00Z\" is no instant: February 2025 has no day 29; its days are 01 to 28."
    ),
    ("174751920", "174751920 looks like seconds; use milliseconds since 1970, such as 1747519200000"),
    ("1747519200", "1747519200 looks like seconds; use milliseconds since 1970, such as 1747519200000"),
    ("-1747519200", "-1747519200 looks like seconds; use milliseconds since 1970, such as 1747519200000"),
    ("", "\"\" is no instant: it is empty."), ("1", "\"1\" is no instant."),
    ("202", "\"202\" is no instant."),
    ("20250", "\"20250\" is no instant."), ("20250531", "\"20250531\" looks like a day; use 2025-05-31"),
    ("20250532", "\"20250532\" is no instant."),
    ("10/01/2019", "\"10/01/2019\" is no instant: its first number may be"),
    (
      "1747519200000000",
      "1747519200000000 looks like microseconds or nanoseconds; use milliseconds since 1970: 1747519200000"
    ),
    ("-2025", "\"-2025\" is no instant."), ("2025-5-1", "\"2025-5-1\" is no instant: "),
    ("+2025", "\"+2025\" is no instant: "), ("2025-05-31Z", "\"2025-05-31Z\" is no instant: "),
    ("٢٠٢٥", "\"٢٠٢٥\" is no instant: "),
    ("99999999999999999999999", "\"99999999999999999999999\" is no instant: "),
  ])
  func `what is no date is refused, and the sentence says why`(text: String, sentence: String) throws {
    let error = try #require(throws: CalendarDateError.self) { try CalendarDate(text) }
    #expect(error.description.hasPrefix(sentence), "\(error)")
  }

  @Test(arguments: [0, 1, 99_999_999, -99_999_999, 10_000_000_000, -10_000_000_000, 253_402_300_799_999])
  func `a number is milliseconds`(number: Int64) throws {
    #expect(try CalendarDate(milliseconds: number) == .instant(number))
  }

  @Test(arguments: [
    100_000_000, 9_999_999_999, -100_000_000, -9_999_999_999, Int64.min, .max, 253_402_300_800_000,
  ])
  func `a number that looks like seconds or is of no year is refused`(number: Int64) {
    #expect(throws: CalendarDateError.self) { try CalendarDate(milliseconds: number) }
  }

  @Test(arguments: ["UTC", "Europe/Berlin", "Pacific/Apia", "Pacific/Kiritimati", "America/New_York"])
  func `days of any number begin in their order`(name: String) throws {
    let zone = try zone(name)
    var last = Int64.min
    for day in [
      Int64.min, -1 << 62, -1 << 40, -1 << 39, -719_529, -719_528, 0, 2_932_896, 2_932_897, 1 << 40, .max,
    ] {
      let start = zone.start(ofDay: day)
      #expect(start >= last, "\(day)")
      last = start
    }
  }
}
