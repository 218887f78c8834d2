import Testing

@testable import Calendar

/// The ranges of comparisons.
@Suite struct RangeShiftTests {
  private func range(_ start: String, _ end: String) throws -> ClosedRange<Int64> {
    try instant(start)...instant(end)
  }

  private func check(
    _ shift: RangeShift, _ name: String, _ start: String, _ end: String, _ expected: (String, String),
    matchWeekday: Bool = false
  ) throws {
    let (rules, range) = (try zone(name), try range(start, end))
    var other = rules.shifted(range, by: shift)
    if matchWeekday { other = rules.matchingWeekday(other, of: range) }
    #expect(formatInstant(other.start) == expected.0, "\(shift) of \(start) to \(end) in \(name)")
    #expect(formatInstant(other.end) == expected.1, "\(shift) of \(start) to \(end) in \(name)")
  }

  @Test func `whole days move by their number, other ranges by their length`() throws {
    try check(
      .previous, "UTC", "2025-03-10T00:00:00Z", "2025-03-16T23:59:59.999Z",
      ("2025-03-03T00:00:00Z", "2025-03-09T23:59:59.999Z"))
    try check(
      .previous, "UTC", "2025-03-10T00:00:00Z", "2025-03-10T11:59:59.999Z",
      ("2025-03-09T12:00:00Z", "2025-03-09T23:59:59.999Z"))
    try check(
      .previous, "UTC", "2025-03-10T12:00:00Z", "2025-03-10T12:00:00Z",
      ("2025-03-10T11:59:59.999Z", "2025-03-10T11:59:59.999Z"))
  }

  @Test func `days that a clock change makes shorter or longer are days`() throws {
    // From the 30th, the clock is two hours ahead of UTC.
    try check(
      .previous, "Europe/Berlin", "2025-03-29T23:00:00Z", "2025-03-30T21:59:59.999Z",
      ("2025-03-28T23:00:00Z", "2025-03-29T22:59:59.999Z"))
    try check(
      .previousMilliseconds, "Europe/Berlin", "2025-03-29T23:00:00Z", "2025-03-30T21:59:59.999Z",
      ("2025-03-29T00:00:00Z", "2025-03-29T22:59:59.999Z"))
    try check(
      .previous, "Europe/Berlin", "2025-10-26T23:00:00Z", "2025-10-27T22:59:59.999Z",
      ("2025-10-25T22:00:00Z", "2025-10-26T22:59:59.999Z"))
  }

  @Test
  func `a clock time that is skipped comes as long after the change, of a repeated one the earlier counts`()
    throws
  {
    // 02:30 on 31 March, moved to 30 March, where 02:00 to 03:00 is skipped.
    try check(
      .units(.day, count: 1), "Europe/Berlin", "2025-03-31T00:30:00Z", "2025-03-31T00:30:00Z",
      ("2025-03-30T01:30:00Z", "2025-03-30T01:30:00Z"))
    try check(
      .units(.day, count: 1), "Europe/Berlin", "2025-10-27T01:30:00Z", "2025-10-27T01:30:00Z",
      ("2025-10-26T00:30:00Z", "2025-10-26T00:30:00Z"))
  }

  @Test func `ends of months stay ends of months if months or years move`() throws {
    try check(
      .units(.month, count: 1), "UTC", "2025-03-01T00:00:00Z", "2025-03-31T23:59:59.999Z",
      ("2025-02-01T00:00:00Z", "2025-02-28T23:59:59.999Z"))
    try check(
      .units(.month, count: 1), "UTC", "2025-02-01T00:00:00Z", "2025-02-28T23:59:59.999Z",
      ("2025-01-01T00:00:00Z", "2025-01-31T23:59:59.999Z"))
    try check(
      .units(.day, count: 31), "UTC", "2025-02-01T00:00:00Z", "2025-02-28T23:59:59.999Z",
      ("2025-01-01T00:00:00Z", "2025-01-28T23:59:59.999Z"))
    try check(
      .units(.year, count: 1), "UTC", "2024-02-29T00:00:00Z", "2024-02-29T23:59:59.999Z",
      ("2023-02-28T00:00:00Z", "2023-02-28T23:59:59.999Z"))
    try check(
      .units(.month, count: 1), "UTC", "2025-03-31T10:00:00Z", "2025-03-31T12:00:00Z",
      ("2025-02-28T10:00:00Z", "2025-02-28T12:00:00Z"))
  }

  @Test func `a week is seven days`() throws {
    try check(
      .units(.week, count: 2), "Europe/Berlin", "2025-03-30T22:00:00Z", "2025-03-31T21:59:59.999Z",
      ("2025-03-16T23:00:00Z", "2025-03-17T22:59:59.999Z"))
  }

  @Test func `the same weekday is at most three days away, without overlap`() throws {
    // Saturday, 1 March 2025, was a Friday in 2024.
    try check(
      .units(.year, count: 1), "UTC", "2025-03-01T00:00:00Z", "2025-03-07T23:59:59.999Z",
      ("2024-03-02T00:00:00Z", "2024-03-08T23:59:59.999Z"), matchWeekday: true)
    // Wednesday to Monday: the days before, moved by one, would overlap.
    try check(
      .previous, "UTC", "2025-03-05T00:00:00Z", "2025-03-10T23:59:59.999Z",
      ("2025-02-26T00:00:00Z", "2025-03-03T23:59:59.999Z"), matchWeekday: true)
    try check(
      .previous, "UTC", "2025-03-05T00:00:00Z", "2025-03-09T23:59:59.999Z",
      ("2025-02-26T00:00:00Z", "2025-03-02T23:59:59.999Z"), matchWeekday: true)
  }

  @Test func `weeks begin on the day that is asked for`() throws {
    let saturday = try instant("2025-03-01T12:00:00Z")
    for (first, start) in [
      (WeekStart.monday, "2025-02-24T00:00:00Z"), (.sunday, "2025-02-23T00:00:00Z"),
      (.saturday, "2025-03-01T00:00:00Z"),
    ] {
      let bounds = TimeZoneRules.utc.bounds(of: .week, weekStart: first, containing: saturday)
      #expect(formatInstant(bounds.start) == start)
      #expect(bounds.end - bounds.start == 7 * 86_400_000)
      #expect(
        TimeZoneRules.utc.bounds(of: .week, weekStart: first, containing: bounds.start - 1).end
          == bounds.start)
    }
  }
}
