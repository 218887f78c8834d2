import Testing

@testable import Calendar

@Suite struct CalendarUnitTests {
  /// Checks that the unit of an instant starts at `start` and that the next one starts at `end`.
  private func check(
    _ unit: CalendarUnit, _ name: String, _ text: String, _ start: String, _ end: String? = nil
  ) throws {
    let rules = try zone(name)
    let bounds = rules.bounds(of: unit, containing: try instant(text))
    #expect(formatInstant(bounds.start) == start, "start of \(unit) in \(name) with \(text)")
    if let end { #expect(formatInstant(bounds.end) == end, "end of \(unit) in \(name) with \(text)") }
  }

  @Test func `units of UTC`() throws {
    let text = "2025-05-17T22:33:44.567Z"
    try check(.minute, "UTC", text, "2025-05-17T22:33:00Z", "2025-05-17T22:34:00Z")
    try check(.hour, "UTC", text, "2025-05-17T22:00:00Z", "2025-05-17T23:00:00Z")
    try check(.day, "UTC", text, "2025-05-17T00:00:00Z", "2025-05-18T00:00:00Z")
    try check(.week, "UTC", text, "2025-05-12T00:00:00Z", "2025-05-19T00:00:00Z")
    try check(.month, "UTC", text, "2025-05-01T00:00:00Z", "2025-06-01T00:00:00Z")
    try check(.year, "UTC", text, "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z")
  }

  @Test func `a start is in its unit, the millisecond before is not`() throws {
    try check(.day, "UTC", "2025-05-17T00:00:00Z", "2025-05-17T00:00:00Z")
    try check(.day, "UTC", "2025-05-16T23:59:59.999Z", "2025-05-16T00:00:00Z")
    try check(.hour, "UTC", "2025-05-16T23:59:59.999Z", "2025-05-16T23:00:00Z")
    try check(.month, "UTC", "2024-02-29T23:59:59.999Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z")
    try check(.year, "Europe/Berlin", "2024-12-31T22:59:59.999Z", "2023-12-31T23:00:00Z")
    try check(.year, "Europe/Berlin", "2024-12-31T23:00:00Z", "2024-12-31T23:00:00Z")
  }

  @Test func `units before 1970 and before the year 0`() throws {
    try check(.minute, "UTC", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:00Z")
    try check(.day, "UTC", "1969-12-31T23:59:59.999Z", "1969-12-31T00:00:00Z")
    try check(.week, "UTC", "1969-12-31T12:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z")
    try check(.year, "UTC", "0000-06-01", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z")
    // Local mean time, 53 minutes and 28 seconds ahead of UTC.
    try check(.minute, "Europe/Berlin", "1880-01-01T00:00:00Z", "1879-12-31T23:59:32Z")
    try check(.day, "Europe/Berlin", "1880-01-01T00:00:00Z", "1879-12-31T23:06:32Z")
    try check(.year, "Europe/Berlin", "0000-01-01T00:00:00Z", "-000001-12-31T23:06:32Z")
  }

  @Test func `weeks are whole over the end of a year`() throws {
    try check(.week, "Europe/Berlin", "2025-01-01T12:00Z", "2024-12-29T23:00:00Z", "2025-01-05T23:00:00Z")
    try check(.week, "Europe/Berlin", "2021-01-03T22:59Z", "2020-12-27T23:00:00Z", "2021-01-03T23:00:00Z")
    try check(.week, "America/New_York", "2025-03-09T12:00Z", "2025-03-03T05:00:00Z", "2025-03-10T04:00:00Z")
  }

  @Test func `days with clock changes have 23, 25, 23.5 or 24.5 hours`() throws {
    try check(.day, "Europe/Berlin", "2025-03-30T12:00Z", "2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z")
    try check(.day, "Europe/Berlin", "2025-10-26T12:00Z", "2025-10-25T22:00:00Z", "2025-10-26T23:00:00Z")
    try check(.day, "America/New_York", "2025-03-09T12:00Z", "2025-03-09T05:00:00Z", "2025-03-10T04:00:00Z")
    try check(.day, "America/New_York", "2025-11-02T12:00Z", "2025-11-02T04:00:00Z", "2025-11-03T05:00:00Z")
    try check(
      .day, "Australia/Lord_Howe", "2025-10-05T00:00Z", "2025-10-04T13:30:00Z", "2025-10-05T13:00:00Z")
    try check(
      .day, "Australia/Lord_Howe", "2025-04-06T00:00Z", "2025-04-05T13:00:00Z", "2025-04-06T13:30:00Z")
    try check(.month, "Europe/Berlin", "2025-10-26T12:00Z", "2025-09-30T22:00:00Z", "2025-10-31T23:00:00Z")
  }

  @Test func `a day whose midnight is skipped starts at its first instant`() throws {
    try check(
      .day, "America/Sao_Paulo", "2018-11-04T12:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z")
    try check(.day, "America/Sao_Paulo", "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z")
    try check(.day, "Asia/Beirut", "2024-03-31T12:00Z", "2024-03-30T22:00:00Z", "2024-03-31T21:00:00Z")
    try check(.day, "Africa/Cairo", "2024-04-26T12:00Z", "2024-04-25T22:00:00Z", "2024-04-26T21:00:00Z")
    try check(.hour, "Africa/Cairo", "2024-04-25T22:30Z", "2024-04-25T22:00:00Z", "2024-04-25T23:00:00Z")
  }

  @Test func `a day whose midnight comes twice starts at the first`() throws {
    // 01:00 became 00:00 of the same date.
    try check(.day, "America/Havana", "2024-11-03T12:00Z", "2024-11-03T04:00:00Z", "2024-11-04T05:00:00Z")
    // 00:00 became 23:00 of the date before, which goes on.
    try check(
      .day, "America/Sao_Paulo", "2018-02-18T02:30Z", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z")
    // 00:01 became 23:01 of the date before, which does not come back.
    let first = "2006-10-29T02:30:00Z"
    for text in [first, "2006-10-29T02:31Z", "2006-10-29T03:29:59Z", "2006-10-29T03:30Z"] {
      try check(.day, "America/St_Johns", text, first, "2006-10-30T03:30:00Z")
    }
    try check(.day, "America/St_Johns", "2006-10-29T02:29:59Z", "2006-10-28T02:30:00Z", first)
  }

  @Test func `a skipped date belongs to no day`() throws {
    let start = "2011-12-30T10:00:00Z"
    try check(.day, "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", start)
    try check(.day, "Pacific/Apia", start, start, "2011-12-31T10:00:00Z")
    try check(.week, "Pacific/Apia", start, "2011-12-26T10:00:00Z", "2012-01-01T10:00:00Z")
    try check(.day, "Pacific/Kwajalein", "1993-08-21T12:00Z", "1993-08-21T12:00:00Z", "1993-08-22T12:00:00Z")
  }

  @Test func `a month or year whose first day starts late starts with it`() throws {
    try check(.month, "America/Asuncion", "2017-10-01T12:00Z", "2017-10-01T04:00:00Z")
    try check(.month, "America/Asuncion", "2017-10-01T03:59:59Z", "2017-09-01T04:00:00Z")
    // The last day of 1994 was skipped.
    try check(.year, "Pacific/Kiritimati", "1995-06-01", "1994-12-31T10:00:00Z", "1995-12-31T10:00:00Z")
  }

  @Test func `a repeated hour is two hours, a skipped one is none`() throws {
    // 03:00 became 02:00.
    try check(.hour, "Europe/Berlin", "2025-10-26T00:59Z", "2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z")
    try check(.hour, "Europe/Berlin", "2025-10-26T01:00Z", "2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z")
    // 02:00 became 03:00.
    try check(.hour, "Europe/Berlin", "2025-03-30T01:30Z", "2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z")
    // 00:01 became 23:01: an hour of one minute, and one of 59.
    try check(.hour, "America/St_Johns", "2006-10-29T02:30Z", "2006-10-29T02:30:00Z", "2006-10-29T02:31:00Z")
    try check(.hour, "America/St_Johns", "2006-10-29T02:31Z", "2006-10-29T02:31:00Z", "2006-10-29T03:30:00Z")
    try check(.hour, "America/St_Johns", "2006-10-29T03:30Z", "2006-10-29T03:30:00Z", "2006-10-29T04:30:00Z")
  }

  @Test func `a shift within an hour changes its length only`() throws {
    // 02:00 became 01:30 at 15:00Z: the hour from 01:00 has 90 minutes.
    for text in ["2025-04-05T14:00Z", "2025-04-05T14:59Z", "2025-04-05T15:00Z", "2025-04-05T15:29Z"] {
      try check(.hour, "Australia/Lord_Howe", text, "2025-04-05T14:00:00Z", "2025-04-05T15:30:00Z")
    }
    try check(.minute, "Australia/Lord_Howe", "2025-04-05T15:00Z", "2025-04-05T15:00:00Z")
    // 02:00 became 02:30: the hour has 30 minutes.
    try check(
      .hour, "Australia/Lord_Howe", "2025-10-04T15:45Z", "2025-10-04T15:30:00Z", "2025-10-04T16:00:00Z")
    // 00:00 became 00:15.
    try check(.hour, "Asia/Kathmandu", "1985-12-31T18:40Z", "1985-12-31T18:30:00Z", "1985-12-31T19:15:00Z")
    // 23:30 became 24:00, which ends the hour from 23:00.
    try check(.hour, "Asia/Pyongyang", "2018-05-04T14:59Z", "2018-05-04T14:30:00Z", "2018-05-04T15:00:00Z")
  }

  @Test func `hours of a zone off by half an hour`() throws {
    try check(.hour, "Asia/Kolkata", "2025-05-17T12:29Z", "2025-05-17T11:30:00Z", "2025-05-17T12:30:00Z")
    try check(.hour, "Asia/Kathmandu", "2025-05-17T12:14Z", "2025-05-17T11:15:00Z", "2025-05-17T12:15:00Z")
  }

  @Test func `instants at the ends of time have a start and an end`() throws {
    for name in ["UTC", "Europe/Berlin", "Asia/Kolkata"] {
      let rules = try zone(name)
      for unit in CalendarUnit.allCases {
        #expect(rules.bounds(of: unit, containing: .min).start == .min, "\(unit)")
        #expect(rules.bounds(of: unit, containing: .max).end == .max, "\(unit)")
      }
    }
  }
}
