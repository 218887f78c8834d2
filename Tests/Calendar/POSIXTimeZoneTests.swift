import Testing

@testable import Calendar

@Suite struct POSIXTimeZoneTests {
  @Test func `accepts names, offsets and all three kinds of days`() {
    func check(_ text: String, _ offset: Int64, _ daylight: POSIXTimeZone.Daylight? = nil) {
      #expect(
        POSIXTimeZone(text.utf8) == POSIXTimeZone(standardOffset: offset, daylight: daylight), "\(text)")
    }
    func change(_ day: POSIXTimeZone.Day, _ time: Int64 = 7200) -> POSIXTimeZone.Change {
      POSIXTimeZone.Change(day: day, time: time)
    }
    check("UTC0", 0)
    check("EST5", -18_000)
    check("EST+5", -18_000)
    check("<+0545>-5:45", 20_700)
    check("LMT0:01:15", -75)
    check("<-12>12", -43_200)
    check("ABC24:59:59", -89_999)
    check(
      "CET-1CEST,M3.5.0,M10.5.0/3", 3600,
      .init(
        offset: 7200, start: change(.weekday(month: 3, week: 5, weekday: 0)),
        end: change(.weekday(month: 10, week: 5, weekday: 0), 10_800)))
    check(
      "<+1030>-10:30<+11>-11,J60/-167,365/167:59:59", 37_800,
      .init(
        offset: 39_600, start: change(.julian(60), -601_200), end: change(.zeroBased(365), 604_799)))
  }

  @Test func `refuses what is not a TZ string`() {
    let refused = [
      "", "U", "UT0", "UTC", "UTC0 ", "UTC25", "UTC0:60", "UTC0:00:60", "UTC0:", "<UT>0", "<UTC0", "<U.C>0",
      "UTC--1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,", "CET-1CEST,M0.5.0,M10.5.0",
      "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
      "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J1,J366", "CET-1CEST,0,366",
      "CET-1CEST,0/168,1", "CET-1CEST,0/-168,1", "CET-1CEST,0,1,2", "CET-1CEST,99999999999999999999,1",
    ]
    for text in refused { #expect(POSIXTimeZone(text.utf8) == nil, "\(text)") }
  }

  @Test func `daylight time begins and ends when the rule says so`() throws {
    func check(_ rule: String, _ text: String, _ before: Int, _ after: Int) throws {
      let rules = try TimeZoneRules(tzif: TZifSample(footer: rule).bytes)
      let seconds = try instant(text) / 1000
      #expect(rules.offsetSeconds(atUTCSeconds: seconds - 1) == before, "\(rule) before \(text)")
      #expect(rules.offsetSeconds(atUTCSeconds: seconds) == after, "\(rule) at \(text)")
    }
    let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
    // A file without transitions follows its footer at all times.
    for (start, end) in [
      ("0000-03-26T01:00Z", "0000-10-29T01:00Z"), ("1945-03-25T01:00Z", "1945-10-28T01:00Z"),
      ("2025-03-30T01:00Z", "2025-10-26T01:00Z"), ("9999-03-28T01:00Z", "9999-10-31T01:00Z"),
    ] {
      try check(berlin, start, 3600, 7200)
      try check(berlin, end, 7200, 3600)
    }
    try check("EET-2EEST,M3.4.4/50,M10.4.4/50", "2025-03-29T00:00Z", 7200, 10_800)
    try check("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00Z", -7200, -3600)
    // The 60th day of the year with and without the leap day counted.
    try check("AAA0BBB,J60/0,J300/0", "2024-03-01T00:00Z", 0, 3600)
    try check("AAA0BBB,J59/0,J300/0", "2024-02-28T00:00Z", 0, 3600)
    try check("AAA0BBB,59/0,299/0", "2024-02-29T00:00Z", 0, 3600)
    try check("AAA0BBB,59/0,299/0", "2025-03-01T00:00Z", 0, 3600)
    // Summer over new year, and summer time behind winter time.
    try check("AAA-10BBB,M10.1.0,M4.1.0/3", "2025-10-04T16:00Z", 36_000, 39_600)
    try check("AAA-10BBB,M10.1.0,M4.1.0/3", "2026-01-01T00:00Z", 39_600, 39_600)
    try check("AAA-1BBB0,M10.5.0,M3.5.0/1", "2025-03-30T01:00Z", 0, 3600)
  }

  @Test func `daylight time may last all year, or never come`() throws {
    func check(_ rule: String, _ offset: Int) throws {
      let rules = try TimeZoneRules(tzif: TZifSample(footer: rule).bytes)
      for text in ["1972-12-31T23:59:59Z", "1973-01-01T00:00Z", "2024-12-31T12:00Z", "2025-07-01T00:00Z"] {
        let seconds = try instant(text) / 1000
        for hour in Int64(-30)...30 {
          #expect(rules.offsetSeconds(atUTCSeconds: seconds + hour * 3600) == offset, "\(rule) \(text)")
        }
      }
    }
    try check("XXX3EDT4,0/0,J365/23", -14_400)
    try check("EST5EDT,0/0,J365/25", -14_400)
    try check("EST5EDT4,0/0,J365/167", -14_400)
    try check("AAA-1BBB,J100/2,J100/3", 3600)
  }
}
