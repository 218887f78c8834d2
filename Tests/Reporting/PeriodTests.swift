import Calendar
import Engine
import System
import Testing

@testable import Reporting

/// What people call stretches of time.
@Suite struct PeriodTests {
  /// 2026-03-29 13:00 in Berlin, the Sunday on which summer time begins.
  private let now: Int64 = 1_774_782_000_000
  private let berlin: TimeZoneRules

  init() throws {
    berlin = try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(
      named: "Europe/Berlin")
  }

  /// Checks the first and the last instant, of which the last millisecond is left out.
  private func check(_ text: String, _ first: String, _ last: String, in zone: TimeZoneRules) throws {
    let period = try Period(text, in: zone, now: now)
    #expect(formatInstant(period.start) == first, "\(text)")
    #expect(formatInstant(period.end) == last, "\(text)")
  }

  @Test(arguments: [
    ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T22:59:59.999Z"),
    ("2024-02-29", "2024-02-28T23:00:00Z", "2024-02-29T22:59:59.999Z"),
    ("2026-03", "2026-02-28T23:00:00Z", "2026-03-31T21:59:59.999Z"),
    ("2025-12", "2025-11-30T23:00:00Z", "2025-12-31T22:59:59.999Z"),
    ("2024-02", "2024-01-31T23:00:00Z", "2024-02-29T22:59:59.999Z"),
    ("2025", "2024-12-31T23:00:00Z", "2025-12-31T22:59:59.999Z"),
    ("today", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("yesterday", "2026-03-27T23:00:00Z", "2026-03-28T22:59:59.999Z"),
    ("this-week", "2026-03-22T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("last-week", "2026-03-15T23:00:00Z", "2026-03-22T22:59:59.999Z"),
    ("this-month", "2026-02-28T23:00:00Z", "2026-03-31T21:59:59.999Z"),
    ("last-month", "2026-01-31T23:00:00Z", "2026-02-28T22:59:59.999Z"),
    ("this-year", "2025-12-31T23:00:00Z", "2026-12-31T22:59:59.999Z"),
    ("last-year", "2024-12-31T23:00:00Z", "2025-12-31T22:59:59.999Z"),
    ("24h", "2026-03-28T11:00:00Z", "2026-03-29T11:00:00Z"),
    ("1d", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("7d", "2026-03-22T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("2w", "2026-03-15T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    // February has no 30th day.
    ("1m", "2026-02-27T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("1y", "2025-03-29T23:00:00Z", "2026-03-29T21:59:59.999Z"),
    ("2026-03-01T10:00:00+01:00", "2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"),
    ("1774782000000", "2026-03-29T11:00:00Z", "2026-03-29T11:00:00Z"),
  ])
  func `a word for time has a first and a last instant`(text: String, first: String, last: String) throws {
    try check(text, first, last, in: berlin)
  }

  /// Years end where what can be written ends, and days at the borders of a zone's calendar, not of UTC's.
  @Test(arguments: [
    ("9999", "UTC", "9999-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("9999-12", "UTC", "9999-12-01T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("9999-12-31", "UTC", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("9999-12-31", "Asia/Tokyo", "9999-12-30T15:00:00Z", "9999-12-31T14:59:59.999Z"),
    ("9999-12-31", "America/New_York", "9999-12-31T05:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("9999", "America/New_York", "9999-01-01T05:00:00Z", "9999-12-31T23:59:59.999Z"),
    ("0000", "UTC", "0000-01-01T00:00:00Z", "0000-12-31T23:59:59.999Z"),
    ("0000-01-01", "Asia/Tokyo", "0000-01-01T00:00:00Z", "0000-01-01T14:41:00.999Z"),
    ("0000-01-01", "America/New_York", "0000-01-01T04:56:02Z", "0000-01-02T04:56:01.999Z"),
  ])
  func `the first and the last years are whole`(
    text: String, zone: String, first: String, last: String
  ) throws {
    let rules = try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(named: zone)
    try check(text, first, last, in: rules)
  }

  @Test(arguments: ["10000d", "10000w", "10000m", "10000y", "10000h"])
  func `a time until now may begin before all years`(text: String) throws {
    for now in [now, 0, writableInstants.lowerBound, writableInstants.upperBound] {
      let period = try Period(text, in: berlin, now: now)
      #expect(writableInstants.contains(period.start) && period.start <= period.end)
    }
  }

  @Test func `a date that a zone skipped begins with the next`() throws {
    let apia = try TimeZoneDatabase(directories: ["/usr/share/zoneinfo"], files: .system).rules(
      named: "Pacific/Apia")
    try check("2011-12-29", "2011-12-29T10:00:00Z", "2011-12-30T09:59:59.999Z", in: apia)
    try check("2011-12-31", "2011-12-30T10:00:00Z", "2011-12-31T09:59:59.999Z", in: apia)
  }

  @Test(arguments: ["2026-02-30", "2026-13", "0000-00"]) func `a date that there is not is refused`(
    text: String
  ) throws {
    let error = try #require(throws: FlagValueError.self) { try Period(text, in: .utc, now: now) }
    #expect(error.sentence.hasPrefix("\"\(text)\" is not a valid date: "))
  }

  @Test(arguments: ["1740823200", "-1774782000"]) func `seconds are refused, and milliseconds asked for`(
    text: String
  ) throws {
    let error = try #require(throws: FlagValueError.self) { try Period(text, in: .utc, now: now) }
    #expect(
      error.sentence == "\(text) looks like seconds; use milliseconds since 1970, such as 1747519200000")
  }

  @Test(arguments: [
    "", "soon", "7", "7x", "0d", "-7d", "+7d", "d", "2026-3", "last-decade",
  ])
  func `what is no time is refused, and what would be one is said`(text: String) throws {
    let error = try #require(throws: FlagValueError.self) { try Period(text, in: .utc, now: now) }
    #expect(error.sentence.contains("2026-03-15") && error.sentence.contains("is \"\(text)\""))
  }

  @Test func `what may be several times is refused with what it may be`() throws {
    func refusal(_ text: String) throws -> String {
      try #require(throws: FlagValueError.self) { try Period(text, in: .utc, now: now) }.sentence
    }
    #expect(try refusal("2026/03/01").contains("the parts of its date are not separated by hyphens"))
    #expect(try refusal("20260301") == "\"20260301\" looks like a day; use 2026-03-01")
    #expect(
      try refusal("1772323200000000")
        == "1772323200000000 looks like microseconds or nanoseconds; use milliseconds since 1970: 1772323200000"
    )
  }
}
